#!/usr/bin/python3
"""Writes the small test files of this folder with NumPy, SciPy, h5py and Pillow.

The tests of the readers expect the values in this script, and the fuzzers use the files as seeds. Unless stated
otherwise, the values of an array are 0, 1, 2, ... in row-major order of its shape in the library.
Needs the Debian packages python3-numpy python3-scipy python3-h5py python3-pil.
"""

import gzip
import io
import json
import os
import struct
import zipfile

import h5py
import numpy as np
import scipy.io
import scipy.sparse
import tifffile
from PIL import Image

HERE = os.path.dirname(os.path.abspath(__file__))


def path(name):
    full = os.path.join(HERE, name)
    os.makedirs(os.path.dirname(full), exist_ok=True)
    return full


def count(shape, dtype):
    return np.arange(np.prod(shape)).reshape(shape).astype(dtype)


def mat_files():
    variables = {"images": count((4, 3), "u1"), "weights": count((2, 3, 2), "f8") / 2, "flags": count((1, 2), "?"),
                 "labels": np.array([[1.0], [2.0], [1.0]]), "text": "no number", "complex": np.array([[1 + 2j]])}
    scipy.io.savemat(path("mat/plain.mat"), variables)
    scipy.io.savemat(path("mat/compressed.mat"), variables, do_compression=True)
    # Version 7.3 is HDF5 after a block of 512 bytes, with reversed dimensions and the class as an attribute.
    name = path("mat/v73.mat")
    with h5py.File(name, "w", userblock_size=512, libver="earliest") as file:
        for key, values, matlab_class in (("images", count((4, 3), "u1"), "uint8"),
                                          ("weights", count((2, 3, 2), "f8") / 2, "double")):
            file.create_dataset(key, data=values.T, chunks=values.T.shape, compression="gzip")
            text = h5py.h5t.C_S1.copy()
            text.set_size(len(matlab_class))
            attribute = h5py.h5a.create(file[key].id, b"MATLAB_class", text, h5py.h5s.create(h5py.h5s.SCALAR))
            attribute.write(np.array(matlab_class.encode()), mtype=text)
    with open(name, "r+b") as file:
        file.write(b"MATLAB 7.3 MAT-file, written by h5py".ljust(116) + bytes(8) + struct.pack("<H", 0x0200) + b"IM")


def npy_files():
    for dtype in ("|b1", "|i1", "|u1", "<i2", ">i2", "<u2", ">u2", "<i4", ">i4", "<u4", ">u4", "<i8", ">i8", "<u8",
                  ">u8", "<f2", ">f2", "<f4", ">f4", "<f8", ">f8"):
        name = {"<": "little_", ">": "big_", "|": ""}[dtype[0]] + dtype[1:]
        np.save(path(f"npy/{name}.npy"), count((2, 3), dtype) if dtype != "|b1" else np.arange(6).reshape(2, 3) % 2 == 1)
    np.save(path("npy/fortran_f4.npy"), np.asfortranarray(count((2, 3, 4), "<f4")))
    np.save(path("npy/scalar.npy"), np.float32(7))
    np.save(path("npy/text.npy"), np.array(["a", "b"]))
    for version in ((2, 0), (3, 0)):
        with open(path(f"npy/version{version[0]}.npy"), "wb") as file:
            np.lib.format.write_array(file, count((2, 3), "<f4"), version=version)


def npz_files():
    arrays = {"x": count((3, 2), "<f4"), "y": np.array([0, 1, 0])}
    np.savez(path("npz/stored.npz"), **arrays)
    np.savez_compressed(path("npz/deflated.npz"), **arrays)
    with zipfile.ZipFile(path("npz/other_member.npz"), "w") as archive:
        buffer = io.BytesIO()
        np.save(buffer, arrays["x"])
        archive.writestr("x.npy", buffer.getvalue())
        archive.writestr("readme.txt", "no array")


def bfloat16(values):
    return (values.view("<u4") >> 16).astype("<u2")


def safetensors_files():
    header = json.dumps({"__metadata__": {"a": "b"}, "w": {"dtype": "F32", "shape": [2, 1], "data_offsets": [0, 8]}})
    write("safetensors/one.safetensors", struct.pack("<Q", len(header)) + header.encode() + struct.pack("<2f", 1, 2))
    tensors = {"half": ("F16", count((2, 3), "<f2")), "bfloat": ("BF16", bfloat16(count((2, 3), "<f4"))),
               "byte": ("U8", count((3,), "|u1")), "odd": ("F16", count((2, 3), "<f2")),
               "tiny": ("F8_E4M3", count((5,), "|u1"))}
    header, values = {}, b""
    for name, (kind, array) in tensors.items():
        end = len(values) + array.nbytes
        header[name] = {"dtype": kind, "shape": array.shape, "data_offsets": [len(values), end]}
        values += array.tobytes()
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    write("safetensors/halves.safetensors", struct.pack("<Q", len(text)) + text + values)


def hdf5_files():
    with h5py.File(path("hdf5/arrays.h5"), "w") as file:
        file["x"] = count((3, 2), "<f4")
        file.create_dataset("group/packed", data=count((4, 4), "<i2"), chunks=(2, 2), compression="gzip", shuffle=True)
        file["group/big"] = count((2, 3), ">f8")
        file["half"] = count((2, 3), "<f2")
        file["labels"] = np.array([0, 1, 0])
        file["text"] = "no number"
    with h5py.File(path("hdf5/one.h5"), "w") as file:
        file["data"] = count((3, 2), "|u1")
    with h5py.File(path("hdf5/halves.h5"), "w") as file:
        file["float16"] = count((2, 3), "<f2")
        file["big"] = count((2, 3), ">f2")
        kind = h5py.h5t.IEEE_F32LE.copy()
        kind.set_fields(15, 7, 8, 0, 7)
        kind.set_size(2)
        kind.set_ebias(127)
        stored = h5py.h5d.create(file.id, b"bfloat16", kind, h5py.h5s.create_simple((2, 3)))
        stored.write(h5py.h5s.ALL, h5py.h5s.ALL, bfloat16(count((2, 3), "<f4")), kind)


SPARSE = np.array([[0, 1, 0, 2], [0, 0, 0, 0], [3, 0, 0, 4]])


def write_sparse(file, name, matrix, **attributes):
    group = file.create_group(name)
    for key in ("data", "indices", "indptr"):
        group[key] = getattr(matrix, key)
    for key, value in attributes.items():
        group.attrs[key.replace("_", "-") if key == "encoding_type" else key] = value
    return group


def sparse_files():
    """Writes the matrix above in the forms that programs use."""
    rows, columns = scipy.sparse.csr_matrix(SPARSE.astype("f4")), scipy.sparse.csc_matrix(SPARSE.astype("i4"))
    with h5py.File(path("hdf5/sparse.h5"), "w") as file:
        write_sparse(file, "X", rows, encoding_type="csr_matrix", shape=np.array(SPARSE.shape))
        write_sparse(file, "layers/counts", columns, encoding_type="csc_matrix", shape=np.array(SPARSE.shape))
        write_sparse(file, "old", rows, h5sparse_format=np.bytes_("csr"), h5sparse_shape=np.array(SPARSE.shape))
        file["obsm/X_pca"] = count((3, 2), "f4")
        # 10x Genomics stores features x cells by columns, which is cells x features by rows.
        cells = write_sparse(file, "matrix", columns)
        del cells["data"], cells["indices"], cells["indptr"]
        for key in ("data", "indices", "indptr"):
            cells[key] = getattr(rows, key)
        cells["shape"] = np.array(SPARSE.shape[::-1])
        cells["barcodes"] = np.array([b"a", b"b", b"c"])
    variables = {"X": scipy.sparse.csc_matrix(SPARSE.astype("f8")), "y": np.array([[1.0], [2.0], [1.0]])}
    scipy.io.savemat(path("mat/sparse.mat"), variables)
    scipy.io.savemat(path("mat/sparse_compressed.mat"), variables, do_compression=True)
    name = path("mat/sparse_v73.mat")
    with h5py.File(name, "w", userblock_size=512, libver="earliest") as file:
        group = file.create_group("X")
        group.attrs["MATLAB_sparse"] = np.uint64(SPARSE.shape[0])
        group["jc"], group["ir"] = columns.indptr.astype("u8"), columns.indices.astype("u8")
        group["data"] = columns.data.astype("f8")
    with open(name, "r+b") as file:
        file.write(b"MATLAB 7.3 MAT-file, written by h5py".ljust(116) + bytes(8) + struct.pack("<H", 0x0200) + b"IM")
    scipy.sparse.save_npz(path("npz/sparse_rows.npz"), rows)
    scipy.sparse.save_npz(path("npz/sparse_columns.npz"), columns)


def cells_file():
    """Writes the matrix above with names and labels, as AnnData and 10x Genomics do."""
    text = h5py.string_dtype()
    cells, genes = ["AAA", "CCC", "GGG"], ["g1", "g2", "g1", "g3"]
    rows = scipy.sparse.csr_matrix(SPARSE.astype("f4"))
    with h5py.File(path("hdf5/cells.h5"), "w") as file:
        write_sparse(file, "X", rows, encoding_type="csr_matrix", shape=np.array(SPARSE.shape))
        file["layers/dense"] = SPARSE.astype("f4")
        file["raw/X"] = count((3, 2), "f4")
        file["obsm/X_pca"] = count((3, 2), "f4")
        obs = file.create_group("obs")
        obs.attrs["_index"] = "cell"
        obs.create_dataset("cell", data=cells, dtype=text)
        obs["kind/codes"] = np.array([1, -1, 0], "i1")
        obs.create_dataset("kind/categories", data=["T", "B"], dtype=text)
        obs["state/values"], obs["state/mask"] = np.array([4, 7, 7]), np.array([False, True, False])
        obs["site"] = np.array([b"lung", b"", b"heart"])
        obs["number"] = np.array([5, 3, 5])
        obs["batch"] = np.array([0, 0, -1], "i1")  # as AnnData 0.7 writes categories
        obs.create_dataset("__categories/batch", data=["first"], dtype=text)
        obs["wrong/codes"], obs["wrong/categories"] = np.array([0, 1, 2], "i1"), np.array([b"a", b"b"])
        file["mod/rna/X"] = count((2, 64), "u1")  # as MuData; without names, these would be images
        for table, names in (("var", genes), ("raw/var", ["r1", "r2"]), ("mod/rna/var", [f"n{i}" for i in range(64)])):
            file[table + "/gene"] = np.array(names, "S")
            file[table].attrs["_index"] = np.bytes_("gene")
        for group, features in (("matrix", ("features/id", "features/name")), ("GRCh38", ("genes", "gene_names"))):
            matrix = write_sparse(file, group, rows)
            matrix["shape"] = np.array(SPARSE.shape[::-1])
            matrix["barcodes"] = np.array([b"A-1", b"C-1", b"G-1"])
            matrix[features[0]] = np.array([b"E1", b"E2", b"E3", b"E4"])
            matrix[features[1]] = np.array(genes, "S")


def image_files():
    gray = Image.fromarray(count((4, 6), "u1") * 10)
    color = Image.fromarray(count((4, 6, 3), "u1") * 3)
    gray.save(path("image/gray.png"))
    color.save(path("image/color.png"))
    color.quantize(8).save(path("image/palette.png"))
    Image.fromarray(count((4, 6), "<u2") * 2570).save(path("image/deep.png"))
    gray.convert("LA").save(path("image/gray_alpha.png"))
    flat = Image.new("RGB", (17, 9), (200, 100, 50))
    flat.save(path("image/flat.jpg"), quality=95)
    flat.save(path("image/progressive.jpg"), quality=95, progressive=True)
    Image.new("L", (17, 9), 77).save(path("image/flat_gray.jpeg"), quality=95)
    # 2 rows of 3 blocks of 8x8 pixels (the block size of JPEG), upright and with an Exif rotation by 90 degrees.
    blocks = Image.fromarray(np.kron(count((2, 3), "u1") * 40, np.ones((8, 8), "u1")))
    blocks.save(path("image/blocks.jpg"), quality=95)
    orientation = Image.Exif()
    orientation[0x0112] = 6
    blocks.save(path("image/turned.jpg"), quality=95, exif=orientation)
    color.save(path("image/color.bmp"))
    gray.save(path("image/gray.pgm"))
    color.save(path("image/color.ppm"))
    gray.save(path("image/gray.tif"))
    color.save(path("image/color.tif"), compression="tiff_lzw")
    color.quantize(8).save(path("image/palette.tif"))
    gray.convert("CMYK").save(path("image/cmyk.tif"))
    tifffile.imwrite(path("image/white.tif"), 255 - count((4, 6), "u1") * 10, photometric="miniswhite")
    tifffile.imwrite(path("image/deep.tif"), count((4, 6), ">u2") * 2570, byteorder=">")
    tifffile.imwrite(path("image/stack.tif"), count((3, 2, 3), "<u2") % 6 + np.array([0, 1000, 2000], "<u2")[:, None, None],
                     photometric="minisblack", compression="zlib")
    tifffile.imwrite(path("image/tiles.tif"), count((20, 20), "<u2") * 100, tile=(16, 16))
    tifffile.imwrite(path("image/turned.tif"), count((4, 6), "<u2") * 2570, extratags=[(274, "H", 1, 6, True)])
    tifffile.imwrite(path("image/floats.tif"), count((4, 6), "<f4"))


def write(name, data):
    with open(path(name), "wb") as file:
        file.write(data if isinstance(data, bytes) else data.encode())


def idx_files():
    images = struct.pack(">BBBBIII", 0, 0, 8, 3, 2, 3, 4) + bytes(range(24))
    write("idx/images", images)
    write("idx/floats", struct.pack(">BBBBI2f", 0, 0, 13, 1, 2, 0, 1))
    write("idx/images.gz", gzip.compress(images, mtime=0))
    write("gzip/images.gz", gzip.compress(images, mtime=0))
    write("gzip/zeros.gz", gzip.compress(bytes(5000), mtime=0))


def text_files():
    write("csv/header.csv", "a,b,c\n1,-2.5,3e2\n4,.5,-0\n")
    write("csv/quotes.csv", 'x;"y ""z""";kind\r\n1;"2";"a;\nb"\r\n,NA,inf\r\n')
    write("csv/table.tsv", "1\t2\n3\t4\n")
    write("toml/run.toml", '[data]\nname = "mnist"\nignored_columns = ["a", "b"]\n[model]\nencoder = ["linear 8", "relu"]\n'
                           "[train]\nepochs = 5\nlearning_rate = 1e-3\n[corruption]\nclamp = false\n")


def sets():
    """Writes the same 40 samples of 6 values in [0, 1] with 2 classes in every container format, for training."""
    values = (np.arange(240).reshape(40, 6) * 37 % 101 / 100).astype("<f4")
    labels = (np.arange(40) % 2).astype("<i4")
    np.save(path("sets/samples.npy"), values)
    np.save(path("sets/labels.npy"), labels)
    np.savez_compressed(path("sets/samples.npz"), x=values, y=labels)
    scipy.io.savemat(path("sets/samples.mat"), {"samples": values.T, "labels": labels[None]}, do_compression=True)
    with h5py.File(path("sets/samples.h5"), "w") as file:
        file["group/samples"] = values
        file["group/labels"] = labels


for make in (sets, idx_files, text_files, mat_files, npy_files, npz_files, safetensors_files, hdf5_files, sparse_files, cells_file,
             image_files):
    make()
