"""Checks sequences of the IARC task, with the standard library only and from the description of the task alone.

    switchyard generate iarc --sequences 1000 --window 64 --format jsonl | python3 check_iarc.py --context pointer

Reads JSON Lines {"tokens": [...], "rules": [...], "visible": [...]}, prints `checked N tokens` and exits 0, or names the first
disagreement and exits 1.

The task [Gros, arXiv 2508.04461; readings of the rules as in Switchyard's documentation]. Tokens 0 .. N-1 are symbols, N .. N+3
the control tokens I, A, R, C. Counting symbols only, never control tokens, the symbol after x[t] is

    I  increment   x[t] + 1 mod N
    A  addition    x[t] + x[t-1] mod N
    R  reverse     the k-th symbol after R repeats the k-th last symbol before R
    C  context     pointer: the symbol 1 + x[t] places before x[t]
                   anchor:  x[t] + a mod N, where a is the last symbol before C

A control token follows from nothing: rule -1, not visible. A symbol is visible if the control token and every symbol it follows
from stand before it in the same sequence.
"""

import argparse
import json
import sys


class Disagreement(Exception):
    pass


def follows(rule, history, before, symbols, context):
    """The next symbol, or None where it depends on what stood before the sequence.

    history: the symbols so far; before: how many of them stand before the control token, None if that is not in the sequence.
    """
    if rule == 0:
        return (history[-1] + 1) % symbols if history else None
    if rule == 1:
        return (history[-1] + history[-2]) % symbols if len(history) >= 2 else None
    if rule == 3 and context == "pointer":
        if not history:
            return None
        places = 1 + history[-1]
        return history[-1 - places] if len(history) >= places + 1 else None
    if before is None:
        return None
    if rule == 2:
        k = len(history) - before + 1
        return history[before - k] if k <= before else None
    return (history[-1] + history[before - 1]) % symbols if before >= 1 else None


def check_sequence(line, symbols, context):
    tokens, rules, visible = line["tokens"], line["rules"], line["visible"]
    if not len(tokens) == len(rules) == len(visible):
        raise Disagreement(f"{len(tokens)} tokens, {len(rules)} rules and {len(visible)} visible flags")
    history, before, current = [], None, None
    for i, (token, rule, flag) in enumerate(zip(tokens, rules, visible)):
        place = f"token {i}"
        if type(token) is not int or not 0 <= token < symbols + 4:
            raise Disagreement(f"{place} is {token!r}, not an id from 0 to {symbols + 3}")
        if token >= symbols:
            current, before = token - symbols, len(history)
            if rule != -1 or flag != 0:
                raise Disagreement(f"{place} is a control token with rule {rule} and visible {flag}, not -1 and 0")
            continue
        if current is None:  # the control token stands before the sequence, and only `rules` tells which it was
            current = rule
        if type(rule) is not int or rule != current or not 0 <= rule <= 3:
            raise Disagreement(f"{place} has rule {rule}, but {current} is in force")
        expected = follows(rule, history, before, symbols, context)
        if expected is not None and token != expected:
            raise Disagreement(f"{place} is {token}, but rule {rule} gives {expected}")
        if flag != int(expected is not None and before is not None):
            raise Disagreement(f"{place} has visible {flag}")
        history.append(token)
    return len(tokens)


def main():
    parser = argparse.ArgumentParser(description="Checks sequences of the IARC task, read as JSON Lines from standard input.")
    parser.add_argument("--symbols", type=int, default=16, help="size N of the alphabet")
    parser.add_argument("--context", choices=["pointer", "anchor"], default="pointer", help="reading of the context rule")
    options = parser.parse_args()
    checked = 0
    for number, line in enumerate(sys.stdin, 1):
        try:
            checked += check_sequence(json.loads(line), options.symbols, options.context)
        except (Disagreement, ValueError, KeyError, TypeError) as reason:
            sys.exit(f"line {number}: {reason}")
    if checked == 0:
        sys.exit("no sequences on standard input")
    print(f"checked {checked} tokens")


if __name__ == "__main__":
    main()
