"""Trains a GPT-2 on random tokens with PyTorch and writes {"step_nanos": [...]}.

Usage: pytorch_driver.py OUT VOCABULARY CONTEXT WIDTH LAYERS HEADS BATCH SECONDS THREADS EAGER|COMPILED
"""

import json
import sys
import time

import torch
from torch import nn
from torch.nn import functional as F


class Block(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.heads = heads
        self.norm1 = nn.LayerNorm(width)
        self.qkv = nn.Linear(width, 3 * width)
        self.out = nn.Linear(width, width)
        self.norm2 = nn.LayerNorm(width)
        self.up = nn.Linear(width, 4 * width)
        self.down = nn.Linear(4 * width, width)

    def forward(self, x):
        batch, time_, width = x.shape
        q, k, v = (
            part.view(batch, time_, self.heads, width // self.heads).transpose(1, 2)
            for part in self.qkv(self.norm1(x)).split(width, dim=2)
        )
        attended = F.scaled_dot_product_attention(q, k, v, is_causal=True)
        x = x + self.out(attended.transpose(1, 2).reshape(batch, time_, width))
        return x + self.down(F.gelu(self.up(self.norm2(x)), approximate="tanh"))


class Gpt(nn.Module):
    def __init__(self, vocabulary, context, width, layers, heads):
        super().__init__()
        self.tokens = nn.Embedding(vocabulary, width)
        self.positions = nn.Embedding(context, width)
        self.blocks = nn.ModuleList(Block(width, heads) for _ in range(layers))
        self.norm = nn.LayerNorm(width)
        nn.init.normal_(self.tokens.weight, std=0.02)
        nn.init.normal_(self.positions.weight, std=0.02)

    def forward(self, tokens, targets):
        x = self.tokens(tokens) + self.positions.weight[: tokens.shape[1]]
        for block in self.blocks:
            x = block(x)
        logits = F.linear(self.norm(x), self.tokens.weight)
        return F.cross_entropy(logits.view(-1, logits.shape[-1]), targets.reshape(-1))


def optimizer_of(model):
    settings = {"lr": 3e-4, "betas": (0.9, 0.99), "weight_decay": 0.1}
    try:
        return torch.optim.AdamW(model.parameters(), fused=True, **settings)
    except (RuntimeError, TypeError):  # older versions have it for GPUs only
        return torch.optim.AdamW(model.parameters(), **settings)


def main():
    out = sys.argv[1]
    vocabulary, context, width, layers, heads, batch, seconds, threads = map(int, sys.argv[2:10])
    torch.set_num_threads(threads)
    torch.manual_seed(1)
    model = Gpt(vocabulary, context, width, layers, heads)
    optimizer = optimizer_of(model)
    loss_of = torch.compile(model) if sys.argv[10] == "COMPILED" else model
    data = torch.randint(vocabulary, (200_000,))

    nanos = []
    end = None
    while end is None or time.monotonic() < end or len(nanos) < 5:
        started = time.perf_counter_ns()
        starts = torch.randint(len(data) - context, (batch, 1))
        places = starts + torch.arange(context)
        loss = loss_of(data[places], data[places + 1])
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        loss.item()
        nanos.append(time.perf_counter_ns() - started)
        if end is None:  # the first step compiles, which does not count
            end = time.monotonic() + seconds
    with open(out, "w") as file:
        json.dump({"step_nanos": nanos}, file)


main()
