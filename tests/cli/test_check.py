"""`cdb-convert check`: exit 1 if the committed output is not what the Compose file says; writes nothing."""

from __future__ import annotations

from pathlib import Path

from tests.cli.command import cdb, refused, write
from tests.cli.projects import edit, shop, stored, web


def test_what_a_run_wrote_is_clean(tmp_path: Path) -> None:
    shop(tmp_path)
    cdb(tmp_path, "run")
    before = stored(tmp_path)

    done = cdb(tmp_path, "check")

    assert done.status == 0
    assert done.out.endswith("\nnothing changed\n")
    assert stored(tmp_path) == before
    assert cdb(tmp_path, "check", "-q").out == ""


def test_without_output_everything_is_missing(tmp_path: Path) -> None:
    shop(tmp_path)

    done = cdb(tmp_path, "check")

    assert done.status == 1
    assert "out of date: db.yaml (new), kustomization.yaml (new)" in done.out
    assert "-> cdb-convert run writes what the Compose file says today\n" in done.out
    assert not (tmp_path / "output").exists()


def test_drift_is_told_also_under_q(tmp_path: Path) -> None:
    shop(tmp_path)
    cdb(tmp_path, "run")
    edit(tmp_path / "compose.yml", "LEVEL: info", "LEVEL: debug")

    done = cdb(tmp_path, "check", "-q")

    assert done.status == 1
    assert "env.LEVEL.value: info -> debug  (compose.yml:6:14)" in done.out


def test_an_error_finding_fails_the_check_of_committed_output_too(tmp_path: Path) -> None:
    web(tmp_path, "    privileged: true\n")
    cdb(tmp_path, "run")

    done = cdb(tmp_path, "check")
    assert done.status == 1
    assert "nothing changed" in done.out
    assert "error    refused" in done.out


def test_strict_counts_warnings(tmp_path: Path) -> None:
    write(tmp_path, {"compose.yml": "name: shop\nservices:\n  web:\n    image: nginx\n"})
    cdb(tmp_path, "run")
    assert cdb(tmp_path, "check").status == 0
    assert cdb(tmp_path, "check", "--strict").status == 1


def test_a_value_that_no_object_says_is_told_by_itself(tmp_path: Path) -> None:
    web(tmp_path, '    ports:\n      - "127.0.0.1:8080:80"\n')
    cdb(tmp_path, "run")
    edit(tmp_path / "compose.yml", "8080", "9090")

    done = cdb(tmp_path, "check")
    assert done.status == 1
    assert "out of date: report.json, report.md" in done.out
    assert "  ~ services.web.ports.80/tcp.published: 8080 -> 9090  (compose.yml:6:9)  not needed\n" in done.out


def test_a_value_that_is_gone_is_told_too(tmp_path: Path) -> None:
    web(tmp_path, "    logging: {driver: local}\n")
    cdb(tmp_path, "run")
    edit(tmp_path / "compose.yml", "    logging: {driver: local}\n", "")

    done = cdb(tmp_path, "check")
    assert done.status == 1
    assert "  - services.web.logging.driver: removed local\n" in done.out


def test_line_ends_that_git_changed_are_no_drift(tmp_path: Path) -> None:
    shop(tmp_path)
    cdb(tmp_path, "run")
    for path in (tmp_path / "output/default").iterdir():
        path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert cdb(tmp_path, "check").status == 0


def test_output_of_one_overlay_that_is_stale_fails_all(tmp_path: Path) -> None:
    write(shop(tmp_path), {"overlays/lab.yaml": "", "overlays/live.yaml": ""})
    cdb(tmp_path, "run", "--overlay", "lab")

    done = cdb(tmp_path, "check")
    assert done.status == 1
    assert done.out.index("shop -> output/lab") < done.out.index("nothing changed") < done.out.index("shop -> output/live")


def test_the_first_line_says_whether_the_output_is_up_to_date(tmp_path: Path) -> None:
    web(tmp_path)
    cdb(tmp_path, "run")
    assert cdb(tmp_path, "check").out.splitlines()[0] == "shop -> output/default: up to date"
    edit(tmp_path / "compose.yml", "nginx:1.27", "nginx:1.28")
    assert cdb(tmp_path, "check").out.splitlines()[0] == "shop -> output/default: out of date"


def test_a_value_that_the_overlay_sets_otherwise_is_told_with_both_lines(tmp_path: Path) -> None:
    web(
        tmp_path,
        '    deploy: {resources: {limits: {cpus: "0.5"}}}\n',
        {"overlays/lab.yaml": "resources:\n  services:\n    web: {cpu: 100m}\n"},
    )

    out = cdb(tmp_path, "run", "-q").out

    assert "compose.yml:5:41  services.web.deploy.resources.limits.cpus\n" in out
    assert "overlays/lab.yaml:3:5  resources.services.web\n" in out
    assert "the overlay says so: 'accept' it there" in " ".join(out.split())


def test_each_key_that_an_accept_lacks_is_told_once(tmp_path: Path) -> None:
    said = refused(web(tmp_path, "", {"overlays/lab.yaml": "accept:\n  - {}\n"}), "check")

    assert said.count("has no 'at'") == 1
    assert said.count("has no 'why'") == 1
