"""The binary form of the lexicon, which `ShippedLexicon` reads where it lies.

    u32 words, u32 blocks, u32 symbols, u32 pairs, u32 bytes of the symbols' names
    the names, separated by line feeds: a phoneme with its stress mark
    the pairs: two codes each; code `symbols + k` stands for the k-th pair
    the offsets of the blocks in what follows (u32)
    the blocks, of 16 words each, in the order of their bytes: the bytes shared with the word before, the bytes that follow, these
    bytes, the number of codes (with 128 added where espeak-ng is wrong), the codes
"""

import collections
import struct

BLOCK = 16


def merged(sequences, symbols):
    """The sequences with the commonest pairs of adjacent codes replaced by a code of their own, again and again."""
    pairs = []
    while symbols + len(pairs) < 256:
        counts = collections.Counter(pair for codes in sequences for pair in zip(codes, codes[1:]))
        pair, count = counts.most_common(1)[0]
        if count < 20:
            break
        code = symbols + len(pairs)
        pairs.append(pair)
        for codes in sequences:
            index = 0
            while index + 1 < len(codes):
                if (codes[index], codes[index + 1]) == pair:
                    codes[index:index + 2] = [code]
                index += 1
    return pairs


def stored(entries):
    """The bytes of a lexicon of {word: (pronunciation, whether it is better than espeak-ng's)}."""
    words = sorted(entries, key=lambda word: word.encode())
    names = sorted({(symbol, stress) for word in words for symbol, stress in entries[word][0]})
    codes = {name: code for code, name in enumerate(names)}
    sequences = [[codes[phoneme] for phoneme in entries[word][0]] for word in words]
    pairs = merged(sequences, len(names))
    data, offsets, before = bytearray(), [], b""
    for index, (word, sequence) in enumerate(zip(words, sequences)):
        if index % BLOCK == 0:
            offsets.append(len(data))
            before = b""
        spelled = word.encode()
        shared = next((i for i, (x, y) in enumerate(zip(spelled, before)) if x != y), min(len(spelled), len(before)))
        data += bytes([shared, len(spelled) - shared]) + spelled[shared:]
        data += bytes([len(sequence) | (128 if entries[word][1] else 0)]) + bytes(sequence)
        before = spelled
    text = "\n".join(("", "ˌ", "ˈ")[stress] + symbol for symbol, stress in names).encode()
    return (
        struct.pack("<5I", len(words), len(offsets), len(names), len(pairs), len(text)) + text
        + b"".join(bytes(pair) for pair in pairs) + struct.pack(f"<{len(offsets)}I", *offsets) + bytes(data))
