"""The Cogformer in PyTorch, as one would write it there: see packages/models/src/cogformer.ts for what it is."""
import math
import torch, torch.nn as nn, torch.nn.functional as F


class Attention(nn.Module):
    def __init__(s, c, kind):
        super().__init__()
        T, D, s.H, s.kind = c["window"], c["width"], c["heads"], kind
        s.qkv, s.o = nn.Linear(D, 3 * D, bias=False), nn.Linear(D, D, bias=False)
        d = D // s.H
        angles = torch.outer(torch.arange(T).float(), 10_000.0 ** (-torch.arange(0, d, 2).float() / d))[:, None]
        s.register_buffer("cos", angles.cos())
        s.register_buffer("sin", angles.sin())
        s.register_buffer("mask", torch.tril(torch.ones(T, T, dtype=torch.bool)))

    def forward(s, x):
        B, T, D = x.shape
        q, k, v = s.qkv(x).view(B, T, 3, s.H, D // s.H).unbind(2)  # [B, T, H, d]
        q, k, v = s.turn(q).transpose(1, 2), s.turn(k).transpose(1, 2), v.transpose(1, 2)
        if s.kind == "dpa":
            a = F.scaled_dot_product_attention(q, k, v, is_causal=True)
        else:
            z = (q @ k.transpose(-1, -2)) / math.sqrt(D // s.H)
            if s.kind == "cog":
                w = torch.sign(z) * torch.softmax(z.abs().masked_fill(~s.mask, -1e9), -1)
            else:
                z2 = z * z
                w = z2 / (1 + z2) * s.mask
                w = w / (w.sum(-1, keepdim=True) + 1e-9)
            a = w @ v
        return s.o(a.transpose(1, 2).reshape(B, T, D))

    def turn(s, x):
        a, b = x.unflatten(-1, (-1, 2)).unbind(-1)
        return torch.stack((a * s.cos - b * s.sin, b * s.cos + a * s.sin), -1).flatten(-2)


class FeedForward(nn.Module):
    def __init__(s, c):
        super().__init__()
        D, M = c["width"], c["feedForward"]
        s.pg, s.o = nn.Linear(D, 2 * M, bias=False), nn.Linear(M, D, bias=False)

    def forward(s, x):
        p, g = s.pg(x).chunk(2, -1)
        return s.o(F.silu(p) * g)


class Cogformer(nn.Module):
    def __init__(s, c):
        super().__init__()
        D, L, V = c["width"], c["layers"], c["vocabulary"]
        kinds = ["dpa" if i in (0, L - 1) else c["attention"] for i in range(L)]
        s.e, s.head = nn.Embedding(V, D), nn.Linear(D, V, bias=False)
        s.att = nn.ModuleList(Attention(c, kind) for kind in kinds)
        s.ff = nn.ModuleList(FeedForward(c) for _ in range(L))
        s.n1 = nn.ModuleList(nn.RMSNorm(D, 1e-6) for _ in range(L))
        s.n2 = nn.ModuleList(nn.RMSNorm(D, 1e-6) for _ in range(L))
        s.nf = nn.RMSNorm(D, 1e-6)

    def forward(s, x):
        h = s.e(x)
        for a, f, n1, n2 in zip(s.att, s.ff, s.n1, s.n2):
            h = h + a(n1(h))
            h = h + f(n2(h))
        return s.head(s.nf(h))
