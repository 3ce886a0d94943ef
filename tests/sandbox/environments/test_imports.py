"""What a script imports, read from its text."""

import pytest

from sandbox.environments.imports import list_imports


def names(sources: dict[str, str] | str, entry: str = "train.py") -> set[str]:
    files = {entry: sources} if isinstance(sources, str) else sources
    return {item.module for item in list_imports(files, entry)}


def test_plain_dotted_and_aliased_imports_are_listed() -> None:
    assert names("import numpy as np\nimport torch.nn.functional as F, os") == {
        "numpy",
        "torch.nn.functional",
        "os",
    }


def test_a_name_imported_from_a_package_may_be_a_module() -> None:
    assert names("from google import protobuf") == {"google", "google.protobuf"}


def test_local_modules_are_followed_and_are_no_imports_from_elsewhere() -> None:
    sources = {
        "train.py": "import helper\nfrom pack.inner import f\nfrom space import part",
        "helper.py": "import scipy",
        "pack/__init__.py": "from . import other",
        "pack/inner.py": "from ..pack.other import g\nimport yaml",
        "pack/other.py": "import cv2\nfrom .missing import x",
        "space/part.py": "import lightgbm",
    }
    assert names(sources) == {"scipy", "yaml", "cv2", "lightgbm"}


def test_an_entry_in_a_folder_finds_what_lies_beside_it_and_at_the_root() -> None:
    sources = {
        "src/train.py": "import near, far",
        "src/near.py": "import a1",
        "far.py": "import a2",
    }
    assert names(sources, "src/train.py") == {"a1", "a2"}


def test_modules_that_import_each_other_are_read_once() -> None:
    assert names({"train.py": "import b", "b.py": "import train, numpy"}) == {"numpy"}


def test_a_guarded_import_is_optional_unless_another_one_is_not() -> None:
    text = "try:\n    import wandb\nexcept ImportError:\n    wandb = None\n"
    (only,) = list_imports({"t.py": text}, "t.py")
    assert only.optional
    (both,) = list_imports({"t.py": text + "def f():\n    import wandb\n"}, "t.py")
    assert not both.optional
    assert both.line == 6


def test_an_import_guarded_against_something_else_is_a_must() -> None:
    (only,) = list_imports({"t.py": "try:\n    import x\nexcept KeyError:\n    pass"}, "t.py")
    assert not only.optional


def test_imports_for_type_checkers_alone_are_left_out() -> None:
    text = "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import pandas\n"
    assert names(text) == {"typing", "typing.TYPE_CHECKING"}


def test_imports_that_depend_on_the_machine_are_optional() -> None:
    text = (
        "import sys\nif sys.version_info >= (3, 11):\n    import tomllib\nelse:\n    import tomli\n"
    )
    found = {item.module: item.optional for item in list_imports({"t.py": text}, "t.py")}
    assert found == {"sys": False, "tomllib": True, "tomli": True}


def test_import_module_with_a_literal_counts() -> None:
    text = "m = importlib.import_module('sklearn.svm')\nk = __import__('yaml')\nimport_module(name)"
    assert names(text) == {"sklearn.svm", "yaml"}


def test_imports_inside_every_kind_of_block_are_found() -> None:
    text = (
        "with a:\n    import m1\nfor x in y:\n    import m2\nelse:\n    import m3\n"
        "match z:\n    case 1:\n        import m4\nclass C:\n    def f(self):\n        import m5\n"
    )
    assert names(text) == {"m1", "m2", "m3", "m4", "m5"}


@pytest.mark.parametrize("text", ["def f(:", "x = 1\0"])
def test_an_entry_that_does_not_parse_is_a_syntax_error(text: str) -> None:
    with pytest.raises(SyntaxError):
        list_imports({"train.py": text}, "train.py")


def test_a_broken_local_module_does_not_stop_the_reading() -> None:
    assert names({"train.py": "import bad, numpy", "bad.py": "def f(:"}) == {"numpy"}
