"""How far two pronunciations of a word are from one another where notation does not count."""

PARTS = {
    "əl": ["ə", "l"], "n̩": ["ə", "n"], "iə": ["iː", "ə"], "aɪɚ": ["aɪ", "ə", "ɹ"], "aɪə": ["aɪ", "ə"], "oːɹ": ["ɔː", "ɹ"],
    "ɔːɹ": ["ɔː", "ɹ"], "ɑːɹ": ["ɑː", "ɹ"], "ɛɹ": ["ɛ", "ɹ"], "ɪɹ": ["ɪ", "ɹ"], "ʊɹ": ["ʊ", "ɹ"], "ɚ": ["ə", "ɹ"], "ɜː": ["ɜ", "ɹ"],
    "oː": ["ɔː"], "ɔ": ["ɔː"], "r": ["ɹ"], "x": ["k"], "ɾ": ["t"], "ʔ": ["t"], "i": ["iː"], "ɐ": ["ə"], "ᵻ": ["ə"], "ɑ̃": ["ɑː", "n"],
    "ɔ̃": ["ɔː", "n"], "nʲ": ["n", "j"], "ɬ": ["l"], "e": ["eɪ"], "o": ["oʊ"], "u": ["uː"], "ç": ["h"],
}
VOWELS = set("ə ɪ iː ɛ æ ɑː oʊ eɪ aɪ ʌ ɔː uː ɜ ʊ aʊ ɔɪ".split())
REDUCIBLE = set("ə ɪ ʌ ʊ ɛ iː æ".split())
NEAR = [{"n", "ŋ"}, {"ʃ", "tʃ"}, {"ʒ", "dʒ"}]
# Vowels that American English does not keep apart before ɹ.
SAME_BEFORE_R = [set(pair.split()) for pair in ("æ ɛ", "iː ɪ", "uː ʊ", "ɔː ʊ", "ʌ ɜ", "ʌ ə", "ɜ ʊ", "ə ɜ", "ɛ eɪ", "uː ɔː")]


def plain(pronunciation):
    result = []
    for symbol, stress in pronunciation:
        for index, part in enumerate(PARTS.get(symbol, [symbol])):
            if part == "ɹ" and result and result[-1][0] == "ɹ":
                continue
            result.append((part, stress if index == 0 else 0))
    return result


def substitution(left, right, before_r):
    (x, s), (y, t) = left, right
    if (x in VOWELS) != (y in VOWELS):
        return 2
    if x == y:
        return 0
    pair = {x, y}
    if x not in VOWELS:
        return 0.3 if pair in NEAR else 1
    if pair == {"ɑː", "ɔː"} or before_r and pair in SAME_BEFORE_R:
        return 0.05
    if s < 2 and t < 2 and (x in REDUCIBLE or y in REDUCIBLE):
        return 0.1 if x in REDUCIBLE and y in REDUCIBLE else 0.3
    return 0.2 if pair in ({"ə", "ʌ"}, {"ɔː", "oʊ"}) else 1


def gap(phoneme):
    symbol, stress = phoneme
    if symbol in VOWELS:
        return 0.9 if stress == 2 else 0.35 if symbol in ("ə", "ɪ") else 0.7
    return 0.4 if symbol == "j" else 0.6 if symbol in "thɹ" else 1


def distance(left, right):
    """A weighted edit distance, and 1 more where the primary stress is on another syllable."""
    left, right = plain(left), plain(right)
    rows, columns = len(left), len(right)
    costs = [[0.0] * (columns + 1) for _ in range(rows + 1)]
    steps = {}
    for i in range(rows + 1):
        for j in range(columns + 1):
            ways = []
            if i and j:
                before_r = i < rows and left[i][0] == "ɹ" or j < columns and right[j][0] == "ɹ"
                ways.append((costs[i - 1][j - 1] + substitution(left[i - 1], right[j - 1], before_r), (i - 1, j - 1)))
            if i:
                ways.append((costs[i - 1][j] + gap(left[i - 1]), (i - 1, j)))
            if j:
                ways.append((costs[i][j - 1] + gap(right[j - 1]), (i, j - 1)))
            if ways:
                costs[i][j], steps[i, j] = min(ways, key=lambda way: way[0])
    stressed = {index for index, phoneme in enumerate(left) if phoneme[1] == 2}
    others = {index for index, phoneme in enumerate(right) if phoneme[1] == 2}
    i, j, meets = rows, columns, False
    while (i, j) in steps:
        before = steps[i, j]
        meets = meets or before == (i - 1, j - 1) and i - 1 in stressed and j - 1 in others
        i, j = before
    return costs[rows][columns] + (1 if stressed and others and not meets else 0)
