"""Encodes a text, or learns a vocabulary from it, with Hugging Face's tokenizers.

Usage: tokenizers_driver.py OUT encode TEXT TOKENIZER_JSON
       tokenizers_driver.py OUT learn TEXT VOCABULARY

Writes {"nanos": ..., "form": ..., "tokens": ...}. The text is given in the form that is fastest for a tenth of it: in
lines, or cut behind a line into parts of 10 KB, 100 KB or 1 MB, one by one or in a batch. Cutting it, and making Python's
lists of the ids, is not counted. RAYON_NUM_THREADS says on how many threads.
"""

import json
import sys
import time

from tokenizers import Tokenizer, models, pre_tokenizers, trainers


def parts(text, size):
    found, at = [], 0
    while at < len(text):
        end = text.find("\n", at + size) + 1 or len(text)
        found.append(text[at:end])
        at = end
    return found


CUTS = {
    "lines": lambda text: text.splitlines(keepends=True),
    "parts of 10 KB": lambda text: parts(text, 10_000),
    "parts of 100 KB": lambda text: parts(text, 100_000),
    "parts of 1 MB": lambda text: parts(text, 1_000_000),
}


def encoding(file):
    tokenizer = Tokenizer.from_file(file)
    # Without offsets where there is such a method, as ours are without.
    batch = getattr(tokenizer, "encode_batch_fast", tokenizer.encode_batch)
    return {
        "one by one": lambda texts: sum(len(tokenizer.encode(text)) for text in texts),
        "in a batch": lambda texts: sum(map(len, batch(texts))),
    }


def learning(vocabulary):
    def learn(texts):
        tokenizer = Tokenizer(models.BPE())
        tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
        trainer = trainers.BpeTrainer(
            vocab_size=vocabulary,
            min_frequency=2,
            special_tokens=["<|endoftext|>"],
            initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
            show_progress=False,
        )
        tokenizer.train_from_iterator(texts, trainer)
        return tokenizer.get_vocab_size()

    return {"from an iterator": learn}


def timed(work, texts):
    started = time.perf_counter_ns()
    tokens = work(texts)
    return time.perf_counter_ns() - started, tokens


def main():
    out, task, file, argument = sys.argv[1:]
    with open(file, encoding="utf-8", newline="") as source:
        text = source.read()
    works = encoding(argument) if task == "encode" else learning(int(argument))
    sample = text[: len(text) // 10]
    trials = {(cut, way): timed(works[way], CUTS[cut](sample))[0] for cut in CUTS for way in works}
    cut, way = min(trials, key=trials.get)
    nanos, tokens = timed(works[way], CUTS[cut](text))
    with open(out, "w") as result:
        json.dump({"nanos": nanos, "form": f"{cut}, {way}", "tokens": tokens}, result)


main()
