"""Trains the choice between the pronunciations of heteronyms: a linear model of their surroundings, by stochastic gradients.

A reading's score is the sum of the weights of its features: one for the word itself, and one that all words share for readings
as a verb or otherwise. Weights are found by a hash and stored in 8 bits. Needs numpy.
"""

import csv
import pathlib
import random
import re

import numpy as np

from .contexts import features, tokens

BITS = 17


def bucket(text):
    """FNV-1a of the text's bytes, folded to the number of weights."""
    value = 2166136261
    for byte in text.encode():
        value = (value ^ byte) * 16777619 & 0xFFFFFFFF
    return (value ^ value >> BITS) & (1 << BITS) - 1


def is_verb(reading):
    kinds = reading.partition("_")[2].split("-")
    return "vrb" in kinds and "nou" not in kinds


def is_shared(readings):
    """Whether a word's readings are told apart by being verbs or not."""
    return len({is_verb(reading) for reading in readings}) == 2 and len(readings) == 2


def columns(words, index, homograph, readings):
    """The places of the weights of each reading's features."""
    found = features(words, index)
    shared = is_shared(readings)
    return [
        [bucket(f"{feature}|{reading}") for feature in found]
        + ([bucket(f"{feature}|{'V' if is_verb(reading) else 'N'}") for feature in found] if shared else [])
        for reading in readings]


def sentences(folder):
    """(homograph, reading, words, index) of the sentences in the files of a folder."""
    result = []
    for path in sorted(pathlib.Path(folder).glob("*.tsv")):
        for row in csv.DictReader(open(path, encoding="utf-8"), delimiter="\t"):
            text = row["sentence"].encode()
            start, end = int(row["start"]), int(row["end"])
            result.append(marked(row["homograph"].lower(), row["wordid"], *(
                part.decode() for part in (text[:start], text[start:end], text[end:]))))
    return result


def marked(homograph, reading, before, word, after):
    """An example from the text before, of and after a word."""
    # The word stands for itself, so that punctuation around it stays where it was.
    words = tokens(before + "\x00" + after)
    index = next(place for place, token in enumerate(words) if "\x00" in token)
    words[index] = word
    return homograph, reading, words, index


def own_examples(readings):
    """The examples beside this file, of kinds that an encyclopedia lacks."""
    result = []
    for line in open(pathlib.Path(__file__).with_name("examples.tsv"), encoding="utf-8"):
        reading, text = line.rstrip("\n").split("\t")
        before, word, after = text.split("*")
        homograph = word.lower()
        if reading in readings.get(homograph, []):
            result.append(marked(homograph, reading, before, word, after))
    return result


def trained(examples, readings, epochs=8, rate=0.1, seed=1):
    """The weights, by AdaGrad on the logarithmic loss, averaged over the last epochs."""
    shuffle = random.Random(seed)
    weights = np.zeros(1 << BITS)
    squares = np.full(1 << BITS, 1e-2)
    total, count = np.zeros_like(weights), 0
    ready = [
        ([np.array(column) for column in columns(words, index, homograph, readings[homograph])],
         readings[homograph].index(reading))
        for homograph, reading, words, index in examples]
    for epoch in range(epochs):
        shuffle.shuffle(ready)
        for places, right in ready:
            scores = np.array([weights[column].sum() for column in places])
            chances = np.exp(scores - scores.max())
            chances /= chances.sum()
            for place, column in enumerate(places):
                gradient = chances[place] - (place == right)
                if abs(gradient) < 1e-4:
                    continue
                squares[column] += gradient * gradient
                weights[column] -= rate * gradient / np.sqrt(squares[column])
        if epoch >= epochs // 2:
            total += weights
            count += 1
    return total / count


def quantized(weights):
    scale = np.abs(weights).max() / 127
    return np.round(weights / scale).astype(np.int8), scale


def chosen(weights, words, index, homograph, readings):
    return readings[int(np.argmax([weights[column].sum() for column in columns(words, index, homograph, readings)]))]


def accuracy(weights, examples, readings):
    right = sum(chosen(weights, words, index, homograph, readings[homograph]) == reading for homograph, reading, words, index in examples)
    return right / len(examples)


def known_readings(path):
    """The readings of each homograph, with their pronunciations, from the table of word identifiers."""
    result = {}
    for row in csv.DictReader(open(path, encoding="utf-8"), delimiter="\t"):
        result.setdefault(row["homograph"].lower(), {})[row["wordid"]] = re.sub(r"\d", "", row["pronunciation"])
    return result
