"""U-ViT in PyTorch, as one would write it there: see packages/models/src/uvit.ts for what it is."""
import math
import torch, torch.nn as nn, torch.nn.functional as F


class Attention(nn.Module):
    def __init__(s, c, kind):
        super().__init__()
        D, s.H, s.kind = c["width"], c["heads"], kind
        s.qkv, s.o = nn.Linear(D, 3 * D, bias=False), nn.Linear(D, D)

    def forward(s, x):
        B, T, D = x.shape
        q, k, v = s.qkv(x).view(B, T, 3, s.H, D // s.H).permute(2, 0, 3, 1, 4)
        if s.kind == "dpa":
            a = F.scaled_dot_product_attention(q, k, v)
        else:
            z = (q @ k.transpose(-1, -2)) / math.sqrt(D // s.H)
            if s.kind == "cog":
                w = torch.sign(z) * torch.softmax(z.abs(), -1)
            else:
                z2 = z * z
                w = z2 / (1 + z2)
                w = w / (w.sum(-1, keepdim=True) + 1e-9)
            a = w @ v
        return s.o(a.transpose(1, 2).reshape(B, T, D))


class Block(nn.Module):
    def __init__(s, c, kind, skip=False):
        super().__init__()
        D, M = c["width"], c["feedForward"]
        s.skip = nn.Linear(2 * D, D) if skip else None
        s.n1, s.att, s.n2, s.a, s.b = nn.LayerNorm(D), Attention(c, kind), nn.LayerNorm(D), nn.Linear(D, M), nn.Linear(M, D)

    def forward(s, x, skip=None):
        if s.skip is not None:
            x = s.skip(torch.cat((x, skip), -1))
        x = x + s.att(s.n1(x))
        return x + s.b(F.gelu(s.a(s.n2(x))))


class UViT(nn.Module):
    def __init__(s, c):
        super().__init__()
        D, p, C, half, kind = c["width"], c["patch"], c["channels"], c["layers"] // 2, c["attention"]
        s.p, s.side = p, c["image"] // p
        s.patches, s.classes = nn.Conv2d(C, D, p, p), nn.Embedding(c["classes"] + 1, D)
        s.register_buffer("frequencies", torch.exp(-math.log(10_000) * torch.arange(D // 2) / (D // 2)))
        s.positions = nn.Parameter(torch.randn(2 + s.side ** 2, D) * 0.02)
        s.ins = nn.ModuleList(Block(c, "dpa" if i == 0 else kind) for i in range(half))
        s.mid = Block(c, kind)
        s.outs = nn.ModuleList(Block(c, "dpa" if i == half - 1 else kind, skip=True) for i in range(half))
        s.norm, s.decoder, s.noise = nn.LayerNorm(D), nn.Linear(D, p * p * C), nn.Conv2d(C, C, 3, padding=1)

    def forward(s, x, t, y):
        angles = t[:, None] * s.frequencies
        time = torch.cat((angles.cos(), angles.sin()), -1)[:, None]
        x = torch.cat((s.classes(y)[:, None], time, s.patches(x).flatten(2).transpose(1, 2)), 1) + s.positions
        skips = []
        for block in s.ins:
            x = block(x)
            skips.append(x)
        x = s.mid(x)
        for block in s.outs:
            x = block(x, skips.pop())
        x = s.decoder(s.norm(x))[:, 2:]
        B, _, n = x.shape
        x = x.view(B, s.side, s.side, s.p, s.p, n // s.p ** 2).permute(0, 5, 1, 3, 2, 4)
        return s.noise(x.reshape(B, -1, s.side * s.p, s.side * s.p))


def noise_loss(model, c):
    """The step's loss: mean square error of the noise of random images."""
    B, C, I = c["batch"], c["channels"], c["image"]
    x, noise = torch.randn(B, C, I, I), torch.randn(B, C, I, I)
    t, y = torch.rand(B) * 1000, torch.randint(0, c["classes"], (B,))
    return lambda: F.mse_loss(model(x, t, y), noise)
