"""A participant: training steps in PyTorch, `pytorch-peer.py PATH_TO_peer_pytorch.py eager|compile THREADS`.

The step, and most models, are those of peer_pytorch.py (int tokens, mean cross-entropy, backward, fused Adam), the Cogformer and the
U-ViT (images, mean square error of the noise) those beside this file. It only speaks the protocol of protocol.ts, so that PyTorch takes
turns with the others instead of being timed on its own.
"""
import importlib.util, io, json, os, sys, time

requests = sys.stdin
replies = os.fdopen(os.dup(1), "w", buffering=1)
os.dup2(2, 1)  # whatever else prints, prints to stderr

import torch
import torch.nn.functional as F

path, mode, threads = sys.argv[1], sys.argv[2], int(sys.argv[3])
sys.stdin = io.StringIO("")  # it times every configuration that stands on stdin: none
sys.dont_write_bytecode = True  # it lies in a folder that is not ours
spec = importlib.util.spec_from_file_location("peer_pytorch", path)
peer = sys.modules["peer_pytorch"] = importlib.util.module_from_spec(spec)  # the compiler looks it up by name
spec.loader.exec_module(peer)
torch.set_num_threads(threads)
from pytorch_cogformer import Cogformer
from pytorch_uvit import UViT, noise_loss


def prepare(c):
    torch.manual_seed(0)
    torch.compiler.reset()
    models = {"transformer": peer.Transformer, "cisformer": peer.Transformer, "lstm": peer.Lstm, "mlp": peer.Mlp}
    models |= {"cogformer": Cogformer, "uvit": UViT}
    model = models[c["model"]](c)
    opt = torch.optim.Adam(model.parameters(), 1e-3, fused=True)
    loss = noise_loss(model, c) if c["model"] == "uvit" else token_loss(model, c)
    if mode == "compile":
        loss = torch.compile(loss)

    def step():
        opt.zero_grad(set_to_none=True)
        loss().backward()
        opt.step()

    step()  # compiles
    return step, sum(p.numel() for p in model.parameters()), run(step, 5, 10)["ms"]


def token_loss(model, c):
    V = c["vocabulary"]
    x = torch.randint(0, V, (c["batch"], c["window"]))
    y = torch.randint(0, V, (c["batch"],) if c["model"] == "mlp" else (c["batch"], c["window"]))
    return lambda: F.cross_entropy(model(x).reshape(-1, V), y.reshape(-1))


def run(step, seconds, most=float("inf")):
    start, steps, elapsed = time.perf_counter(), 0, 0
    while steps == 0 or (elapsed < seconds and steps < most):
        step()
        steps += 1
        elapsed = time.perf_counter() - start
    return {"steps": steps, "ms": elapsed / steps * 1e3}


def reply(type, **fields):
    replies.write(json.dumps({"type": type, **fields}) + "\n")


reply("hello", library="PyTorch " + torch.__version__, threads=torch.get_num_threads())
step = None
for line in requests:
    request = json.loads(line)
    if request["type"] == "exit":
        break
    try:
        if request["type"] == "prepare":
            step = None  # frees the last one's memory
            step, parameters, ms = prepare(request["config"])
            reply("ready", parameters=parameters, ms=ms)
        else:
            if request["warmUp"] > 0:
                run(step, request["warmUp"])
            reply("measured", **run(step, request["seconds"]))
    except Exception as error:
        reply("failed", reason=f"{type(error).__name__}: {error}".splitlines()[0])
