import pytest

from agents.gates.build import judge_build
from agents.gates.commands import VERSIONING, find_command_problem
from agents.gates.program import parse_program
from agents.records import Stage
from tests.agents.gates.exhibits import STAGE


def problem_of(text: str) -> str:
    tree = parse_program(f"import subprocess\nimport shlex, sys\nname = 'x'\n{text}\n")
    assert tree is not None
    return find_command_problem(tree, VERSIONING)


@pytest.mark.parametrize(
    "text",
    [
        "subprocess.run(['dvc', 'add', name], check=True)",
        "subprocess.check_call(['git', 'commit', '-m', f'Keep {name}'], stdout=subprocess.DEVNULL)",
        "subprocess.run([sys.executable, '-m', 'dvc', 'add', name], check=True)",
        "subprocess.run('dvc add data.csv'.split(), check=True)",
        "subprocess.run(shlex.split('git add data.csv.dvc'), check=True)",
        "from subprocess import run\nrun(('git', 'tag', 'v1'), capture_output=True)",
        "def go(*words):\n    subprocess.run(words, check=True)\ngo('dvc', 'add', name)",
        "def go(words):\n    subprocess.run(words, check=True)\ngo(['dvc', 'push'])",
        "def git(*words):\n    subprocess.run(['git', *words], check=True)\ngit('add', name)",
        "try:\n    subprocess.run(['git', 'tag'])\nexcept subprocess.TimeoutExpired:\n    pass",
    ],
)
def test_written_out_commands_of_git_and_dvc_may_be_started(text: str) -> None:
    assert problem_of(text) == ""


@pytest.mark.parametrize(
    "text",
    [
        "subprocess.run(['sh', '-c', 'dvc add x'])",
        "subprocess.run(['dvc', 'repro'])",
        "subprocess.run(['dvc', 'stage', 'add', 'rm'])",
        "subprocess.run(['git', 'config', 'core.fsmonitor', 'x'])",
        "subprocess.run(['git', '-c', 'alias.x=!sh', 'x'])",
        "subprocess.run(['git', name])",
        "subprocess.run([name, 'add'])",
        "subprocess.run('dvc add x', shell=True)",
        "subprocess.run(['dvc', 'add'], shell=True)",
        "subprocess.run(['dvc', 'add'], env={'PATH': '.'})",
        "subprocess.run(['dvc', 'add'], executable='sh')",
        "subprocess.run(['dvc', 'add'], **{'shell': True})",
        "subprocess.Popen(['dvc', 'add'])",
        "start = subprocess.run\nstart(['sh'])",
        "process = subprocess\nprocess.run(['sh'])",
        "getattr(subprocess, 'run')(['sh'])",
        "def go(*words):\n    subprocess.run(words)\ngo('dvc', 'add')\ngo('sh', 'x')",
        "def go(words):\n    subprocess.run(words)\nlist(map(go, [['sh']]))",
        "def go(words):\n    words = ['sh', 'x']\n    subprocess.run(words)\ngo(['dvc', 'add'])",
        "subprocess.run(['dvc', 'add'], 0)",
        "subprocess.run(['dvc', *name, 'add'])",
    ],
)
def test_any_other_use_may_not(text: str) -> None:
    assert problem_of(text)


def test_only_who_adds_version_control_may_start_a_program() -> None:
    before, after = "print(1)\n", "import subprocess\nsubprocess.run(['dvc', 'add', 'x'])\n"
    stage = Stage(task="inline", functionality="version_control", target="dvc")
    assert judge_build(stage, {"t.py": before}, {"t.py": after}).light == "pass"
    assert judge_build(STAGE, {"t.py": before}, {"t.py": after}).light == "fail"
    other = after.replace("dvc", "sh")
    assert judge_build(stage, {"t.py": before}, {"t.py": other}).light == "fail"
