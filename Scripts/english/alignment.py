"""Aligns the letters of words to their phonemes: each letter gets none, one or two of them, and the vowel's stress."""

import collections
import math

MOST = 2


def _best(word, symbols, scores):
    """The most probable chunks of a word's letters; None if it has too many phonemes."""
    letters, count = len(word), len(symbols)
    best = [[-math.inf] * (count + 1) for _ in range(letters + 1)]
    steps = [[0] * (count + 1) for _ in range(letters + 1)]
    best[0][0] = 0.0
    for i, letter in enumerate(word):
        for j in range(count + 1):
            if best[i][j] == -math.inf:
                continue
            for size in range(min(MOST, count - j) + 1):
                score = best[i][j] + scores(letter, tuple(symbols[j:j + size]))
                if score > best[i + 1][j + size]:
                    best[i + 1][j + size], steps[i + 1][j + size] = score, size
    if best[letters][count] == -math.inf:
        return None
    chunks, j = [], count
    for i in range(letters, 0, -1):
        size = steps[i][j]
        chunks.append((j - size, j))
        j -= size
    return chunks[::-1]


def aligned(words, sample=12000, rounds=5):
    """For each of `words`, a list of (word, pronunciation), the ranges of phonemes of its letters, or None."""
    vowels = lambda symbol: any(letter in "aeiouæɐɑɔəɚɛɜɪʊʌᵻ" for letter in symbol)
    counts, totals = {}, {}

    def first(letter, chunk):
        kind = sum(0 if vowels(symbol) == (letter in "aeiouy") else -3 for symbol in chunk)
        return kind - (1.5 if len(chunk) == 0 else 3 if len(chunk) == 2 else 0)

    def learned(letter, chunk):
        return math.log((counts.get((letter, chunk), 0) + 0.01) / (totals.get(letter, 0) + 5))

    scores = first
    stride = max(1, len(words) // sample)
    for _ in range(rounds):
        new, sums = collections.Counter(), collections.Counter()
        for word, pronunciation in words[::stride]:
            symbols = [symbol for symbol, _ in pronunciation]
            for letter, (start, end) in zip(word, _best(word, symbols, scores) or []):
                new[letter, tuple(symbols[start:end])] += 1
                sums[letter] += 1
        counts, totals, scores = new, sums, learned
    return [_best(word, [symbol for symbol, _ in pronunciation], scores) for word, pronunciation in words]
