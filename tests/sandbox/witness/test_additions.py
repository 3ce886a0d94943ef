from sandbox.witness.additions import AddedCall, find_added_calls

BEFORE = "def main():\n    acc = accuracy_score(y, p)\n    print(acc)\n"


def added(after: str) -> set[AddedCall]:
    return set(find_added_calls({"train.py": BEFORE}, {"train.py": after}))


def test_a_call_moved_to_another_line_of_its_function_is_not_added() -> None:
    assert added("def main():\n    x = 1\n    v = accuracy_score( y,p )\n") == set()


def test_a_number_put_into_a_tensor_and_read_back_is_an_added_call() -> None:
    after = BEFORE + "    log(\n        torch.tensor(0.93).item())\n"
    assert added(after) == {
        AddedCall("train.py", 4, 5, "log"),
        AddedCall("train.py", 5, 5, "item"),
        AddedCall("train.py", 5, 5, "tensor"),
    }


def test_the_same_call_in_another_function_is_added() -> None:
    after = BEFORE + "def other():\n    return accuracy_score(y, p)\n"
    assert added(after) == {AddedCall("train.py", 5, 5, "accuracy_score")}


def test_a_file_that_does_not_parse_has_no_calls() -> None:
    assert added("def (") == set()
