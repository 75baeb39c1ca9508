from pathlib import Path

from actors.run_folder import RunFolder


def test_what_a_killed_service_left_is_taken_away_and_what_lives_is_kept(tmp_path: Path) -> None:
    left = tmp_path / "acc-left"
    left.mkdir()
    (left / "lock").touch()
    foreign = tmp_path / "acc-without-lock"
    foreign.mkdir()
    first = RunFolder(tmp_path)

    second = RunFolder(tmp_path)

    assert {*tmp_path.iterdir()} == {foreign, first.path, second.path}
    first.close()
    second.close()
    assert {*tmp_path.iterdir()} == {foreign}


def test_a_folder_of_the_operators_own_is_respected(tmp_path: Path) -> None:
    environment = {"RAY_TMPDIR": "/var/ray", "TMPDIR": str(tmp_path)}
    folder = RunFolder(tmp_path)

    folder.set(environment)

    assert environment["RAY_TMPDIR"] == "/var/ray"
    assert environment["RAY_SERVE_HAPROXY_SOCKET_PATH"].startswith(str(folder.path))
    folder.close()
