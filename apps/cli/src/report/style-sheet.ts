/** The report's look: one column of text, charts as wide as it, the reader's own fonts. */
export const styleSheet = `
:root{--page:#fbfaf8;--card:#fff;--ink:#1c1917;--soft:#6b6560;--line:#e7e3dd}
@media (prefers-color-scheme: dark){:root{--page:#12141a;--card:#191c24;--ink:#e8e6e3;--soft:#a09c96;--line:#2b2f3a}}
*{box-sizing:border-box}
body{margin:0;background:var(--page);color:var(--ink);font:16px/1.6 Inter,system-ui,-apple-system,"Segoe UI",sans-serif}
main{max-width:940px;margin:0 auto;padding:56px 40px 72px}
.name{margin:0;font-size:13px;font-weight:600;letter-spacing:.12em;text-transform:uppercase;color:var(--soft)}
h1{margin:6px 0 12px;font-size:36px;line-height:1.15;letter-spacing:-.02em}
.lead{max-width:44em;font-size:18px;margin:0}
h2{margin:48px 0 4px;font-size:20px;letter-spacing:-.01em}
section>p{margin:0;max-width:48em;color:var(--soft);font-size:15px}
figure{margin:16px 0;padding:20px;background:var(--card);border:1px solid var(--line);border-radius:10px;overflow-x:auto}
figure svg{min-width:640px;color:var(--ink);--plot-background:var(--card)}
table{width:100%;border-collapse:collapse;font-size:14px;font-variant-numeric:tabular-nums}
th,td{padding:7px 0 7px 14px;text-align:right;white-space:nowrap;border-top:1px solid var(--line)}
thead th{border:0;color:var(--soft);font-weight:500}
tr>:first-child{padding-left:0;text-align:left;font-weight:500}
th i{display:inline-block;width:10px;height:10px;margin-right:9px;border-radius:3px}
dl{display:grid;grid-template-columns:max-content 1fr;gap:4px 20px;margin:12px 0;font-size:15px}
dt{color:var(--soft)}
dd{margin:0}
pre{padding:12px 16px;background:var(--card);border:1px solid var(--line);border-radius:8px;font-size:14px;overflow-x:auto}
@media (max-width:640px){main{padding:32px 20px}h1{font-size:28px}}
`.trim();
