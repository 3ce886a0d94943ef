"""Asked in a fresh sandbox: what the model files of a run hold. Runs none of their code.

Prints one JSON object a line, one for each file. Standard library, and what the run's own
environment has: torch, onnx. A pickle is read with everything foreign in it made inert.
"""

import json
import math
import os
import pickle
import resource
import zipfile

from model_layers import MOST_LAYERS, describe_tensors
from model_pickles import MOST_ITEMS, find_tensors, make_unpickler

MOST_FILES = 24
MOST_BYTES = 512 * 1024 * 1024
MOST_UNPACKED = 1024 * 1024 * 1024
CPU_SECONDS = 20
MEMORY_BYTES = 2 * 1024 * 1024 * 1024
PICKLED = (".pt", ".pth", ".ckpt", ".bin", ".pkl", ".pickle", ".ts", ".pt2", ".model", ".tar")
SUFFIXES = (*PICKLED, ".onnx", ".safetensors", ".xml", ".tflite", ".h5", ".keras", ".jit", ".zip")
ONNX_BITS = {"INT8": 8, "UINT8": 8, "INT4": 4, "UINT4": 4, "INT16": 16, "UINT16": 16}


def read_torch(path):
    import torch

    torch.set_num_threads(1)
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as packed:
            parts = packed.infolist()
        unpacked = sum(part.file_size for part in parts)
        if unpacked > MOST_UNPACKED or unpacked > 16 * os.path.getsize(path) + 2**20:
            raise ValueError("it unpacks to far more than it is")
        names = [part.filename for part in parts]
        if any(name.endswith("archive_format") or "/models/" in name for name in names):
            program = torch.export.load(path)
            held = {**program.state_dict, **program.constants}
            return describe_tensors(torch, *find_tensors(torch, held))
        if any(name.endswith("/constants.pkl") for name in names):
            return read_script(torch, path)
    with open(path, "rb") as file:
        inert = make_unpickler(torch)
        try:
            held = torch.load(file, map_location="cpu", pickle_module=inert, weights_only=False)
        except (RuntimeError, pickle.UnpicklingError):
            if not path.endswith((".pkl", ".pickle")):
                raise
            file.seek(0)
            held = inert.load(file)
    return describe_tensors(torch, *find_tensors(torch, held))


def read_script(torch, path):
    model = torch.jit.load(path, map_location="cpu")
    found = list(model.state_dict().items())
    for name, module in model.named_modules():
        if not hasattr(module, "_packed_params"):
            continue
        for kind in ("linear_unpack", "linear_dynamic", "conv2d_unpack", "conv1d_unpack"):
            try:
                unpacked = getattr(torch.ops.quantized, kind)(module._packed_params)
            except (RuntimeError, AttributeError, NotImplementedError):
                continue
            found.append((f"{name}.weight", unpacked[0]))
            break
    kept = [(name, value) for name, value in found if isinstance(value, torch.Tensor)]
    return describe_tensors(torch, kept, {})


def read_safetensors(path):
    import torch

    kinds = {
        "F64": torch.float64, "F32": torch.float32, "F16": torch.float16, "BF16": torch.bfloat16,
        "I8": torch.int8, "U8": torch.uint8, "BOOL": torch.bool, "I32": torch.int32,
        "I64": torch.int64, "I16": torch.int16,
    }  # fmt: skip
    with open(path, "rb") as file:
        length = int.from_bytes(file.read(8), "little")
        if length > 16 * 2**20:
            raise ValueError("its header is too long")
        header = json.loads(file.read(length))
        body = bytearray(file.read(MOST_BYTES))
    found = []
    for name, entry in list(header.items())[:MOST_ITEMS]:
        if name == "__metadata__" or entry["dtype"] not in kinds:
            continue
        first, last = entry["data_offsets"]
        if not 0 <= first <= last <= len(body):
            raise ValueError("its tensors lie outside of it")
        kind = kinds[entry["dtype"]]
        if first == last:
            continue
        tensor = torch.frombuffer(body, dtype=kind, count=(last - first) // kind.itemsize,
                                  offset=first)  # fmt: skip
        found.append((name, tensor.reshape(entry["shape"])))
    return describe_tensors(torch, found, {})


def read_onnx(path):
    try:
        import onnx
        from onnx import numpy_helper
    except ImportError:
        return {"unknown": "the environment has no onnx to read it with"}
    model = onnx.load(path)
    graph = model.graph
    arrays = {item.name: item for item in graph.initializer}
    for node in graph.node:
        if node.op_type == "Constant":
            for attribute in node.attribute:
                if attribute.name == "value":
                    arrays[node.output[0]] = attribute.t
    bits = {}
    quantizers = 0
    for node in graph.node:
        if node.op_type in ("QuantizeLinear", "FakeQuantize"):
            quantizers += 1
        if node.op_type == "FakeQuantize":
            levels = next((part.i for part in node.attribute if part.name == "levels"), 256)
            bits[node.input[0]] = max(1, math.ceil(math.log2(max(levels, 2))))
        elif node.op_type in ("DequantizeLinear", "QuantizeLinear", "DynamicQuantizeLinear"):
            bits[node.input[0]] = 8
        elif node.op_type in ("MatMulInteger", "ConvInteger"):
            bits[node.input[1]] = 8
        elif node.op_type in ("QLinearConv", "QLinearMatMul"):
            bits[node.input[3]] = 8
    ranges = {
        name
        for node in graph.node
        if node.op_type in ("FakeQuantize", "QuantizeLinear", "DequantizeLinear")
        for name in node.input[1:]
    }
    layers = []
    for name, item in arrays.items():
        if name in ranges or len(item.dims) < 2 or len(layers) >= MOST_LAYERS:
            continue
        kind = onnx.TensorProto.DataType.Name(item.data_type)
        values = numpy_helper.to_array(item)
        if not values.size or (kind not in ONNX_BITS and "FLOAT" not in kind):
            continue
        width = ONNX_BITS.get(kind, bits.get(name, 0)) if name in bits else 0
        layers.append({"name": name, "rank": len(item.dims), "elements": int(values.size),
                       "zeros": int((values == 0).sum()), "bits": width,
                       "stored": kind in ONNX_BITS})  # fmt: skip
    return {"layers": layers, "quantizers": quantizers}


def read_file(path):
    """What one file holds; `unknown` says that its format is none that is read here."""
    if path.endswith(".onnx"):
        return read_onnx(path)
    if path.endswith(".safetensors"):
        return read_safetensors(path)
    if path.endswith((*PICKLED, ".jit", ".zip")):
        return read_torch(path)
    return {"unknown": f"files like {os.path.basename(path)[-40:]} are not read here"}


def read_apart(path):
    """Read a file in a process of its own: whatever it does there, the others are read too."""
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        os.close(reading)
        # Nothing that is imported or loaded here may speak for the reader.
        quiet = os.open(os.devnull, os.O_WRONLY)
        os.dup2(quiet, 1)
        os.dup2(quiet, 2)
        resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
        used = int(open("/proc/self/statm").read().split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (used + MEMORY_BYTES,) * 2)
        try:
            answer = json.dumps({"loads": True, **read_file(path)})
        except BaseException as error:  # noqa: BLE001 - whatever lies in there
            said = f"{type(error).__name__}: {error}".split("\n", 1)[0][:200]
            answer = json.dumps({"loads": False, "detail": said})
        with os.fdopen(writing, "w") as pipe:
            pipe.write(answer)
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, encoding="utf-8", errors="replace") as pipe:
        answer = pipe.read()
    os.waitpid(child, 0)
    try:
        return json.loads(answer)
    except ValueError:
        return {"loads": False, "detail": "reading it takes more memory or time than it may"}


def list_models():
    found = []
    for base, folders, files in os.walk("."):
        folders.sort()
        for name in sorted(files):
            path = os.path.join(base, name)
            if name.endswith(SUFFIXES) and not os.path.islink(path) and os.path.isfile(path):
                found.append(os.path.relpath(path))
    return found


def main():
    """Read every model file below the current folder."""
    try:
        import torch  # noqa: F401 - imported once, for all the children
    except ImportError:
        return
    paths = list_models()
    for path in paths[:MOST_FILES]:
        size = os.path.getsize(path)
        if size > MOST_BYTES:
            answer = {"loads": True, "unknown": "it is larger than what is read here"}
        else:
            answer = read_apart(path)
        print(json.dumps({"path": path, "bytes": size, **answer}), flush=True)
    print(json.dumps({"end": len(paths)}), flush=True)
