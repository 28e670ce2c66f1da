// node scripts/serve.js [port]: serves the built site as a static host does, with the headers that public/_headers asks for.
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join, normalize } from 'node:path';
import { argv } from 'node:process';
import { fileURLToPath } from 'node:url';
import { docsFolder } from './workspaces.js';

const types = {
  '.css': 'text/css',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.json': 'application/json',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
};

/** The headers of a `_headers` file that hold for every path. */
export function readHeaders(text) {
  const [path, ...lines] = text.split('\n').filter((line) => line.trim() !== '');
  if (path !== '/*' || lines.some((line) => !/^\s+[\w-]+: /.test(line)))
    throw new Error('_headers: expected /* and headers below it');
  return Object.fromEntries(
    lines.map((line) =>
      line
        .trim()
        .split(/: (.*)/)
        .slice(0, 2),
    ),
  );
}

/** A file of the site: the path itself, or the page of that name. */
async function find(site, path) {
  const inside = normalize(path).replace(/^(\.\.[/\\])+/, '');
  const candidates = path.endsWith('/') ? [`${inside}index.html`] : [inside, `${inside}.html`];
  for (const candidate of candidates) {
    try {
      return { status: 200, name: candidate, content: await readFile(join(site, candidate)) };
    } catch {}
  }
  return { status: 404, name: '404.html', content: await readFile(join(site, '404.html')) };
}

/**
 * @param {string} site folder of the built site
 * @param {{ isolated?: boolean }} [options] without isolation: a host that knows nothing of `_headers`
 */
export function siteServer(site, { isolated = true } = {}) {
  const headers = isolated ? readHeaders(readFileSync(join(site, '_headers'), 'utf8')) : {};
  return createServer(async (request, response) => {
    const { pathname } = new URL(request.url, 'http://localhost');
    const { status, name, content } = await find(site, decodeURIComponent(pathname));
    response.writeHead(status, { ...headers, 'content-type': types[extname(name)] ?? 'application/octet-stream' });
    response.end(content);
  });
}

if (argv[1] === fileURLToPath(import.meta.url)) {
  const port = Number(argv[2] ?? 4173);
  siteServer(join(docsFolder, '.vitepress/dist')).listen(port, '127.0.0.1', () => {
    console.log(`http://127.0.0.1:${port}`);
  });
}
