"""`cdb-convert run`: converts, writes, and tells what a reviewer must know."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from converter.yaml import read
from tests.cli.command import cdb, write
from tests.cli.projects import reference, shop, stored, web

REFUSED = "    privileged: true\n"


def test_a_project_without_overlays_is_written_to_default(tmp_path: Path) -> None:
    shop(tmp_path)

    done = cdb(tmp_path, "run")

    assert done.status == 0
    assert done.err == ""
    assert done.out.startswith("shop -> output/default\n  2 services, ")
    assert set(stored(tmp_path / "output")) == {
        *(f"default/{name}.yaml" for name in ("db", "kustomization", "namespace", "web")),
        *("default/.cdb-convert.json", "default/report.json", "default/report.md", "default/secrets.env.example"),
    }
    listed = read((tmp_path / "output/default/kustomization.yaml").read_text())[0]["resources"]
    assert listed == ["namespace.yaml", "db.yaml", "web.yaml"], "what is needed comes first"
    assert "hunter2" not in done.out


def test_every_overlay_but_base_is_converted_and_overlay_picks(tmp_path: Path) -> None:
    write(shop(tmp_path), {"overlays/base.yaml": "", "overlays/lab.yaml": "extends: base\n", "overlays/live.yaml": "extends: base\n"})

    assert cdb(tmp_path, "run", "--overlay", "live").status == 0
    assert [path.name for path in (tmp_path / "output").iterdir()] == ["live"]
    done = cdb(tmp_path, "run")
    assert sorted(path.name for path in (tmp_path / "output").iterdir()) == ["lab", "live"]
    assert [line for line in done.out.splitlines() if line.startswith("shop ->")] == ["shop -> output/lab", "shop -> output/live"]


PUBLISHED = """    ports: ["8080:80", "127.0.0.1:9000:9000", "53:53/udp"]
  api:
    image: api:1
    ports: ["8000-8001:8000-8001"]
"""


def test_ports_that_nobody_outside_reaches_are_one_note_with_a_way_in(tmp_path: Path) -> None:
    web(tmp_path, PUBLISHED)

    short, whole, quiet = (cdb(tmp_path, "run", *more).out for more in ((), ("-v",), ("-q",)))

    assert "info     5 published ports are reached inside the cluster only" in short
    assert short.count("port-forward") == 1
    assert "'exposure: {node-ports: {api: auto}}' in the overlay opens those of a service" in " ".join(short.split())
    assert "-> 'kubectl -n shop port-forward svc/api 8000:8000' reaches one of them, " in short
    for command in ("svc/api 8000:8000", "svc/api 8001:8001", "svc/web 8080:80", "svc/web 9000:9000"):
        assert f"kubectl -n shop port-forward {command}\n" in whole
    assert "53:53" not in whole
    assert "port-forward" not in quiet


def test_where_an_overlay_chose_what_goes_out_nothing_is_said_of_the_other_ports(tmp_path: Path) -> None:
    web(tmp_path, PUBLISHED, {"overlays/lab.yaml": "exposure: {node-ports: {api: auto}}\n"})

    assert "port-forward" not in cdb(tmp_path, "run").out
    assert "kubectl -n shop port-forward svc/web 8080:80\n" in cdb(tmp_path, "run", "-v").out


def test_ports_that_are_private_to_the_host_are_not_offered_to_the_outside(tmp_path: Path) -> None:
    web(tmp_path, '    ports: ["127.0.0.1:9000:9000"]\n')

    out = cdb(tmp_path, "run").out

    assert "info     1 published port is reached inside the cluster only\n" in out
    assert "-> 'kubectl -n shop port-forward svc/web 9000:9000' reaches it\n" in out
    assert "exposure" not in out


def test_output_is_written_also_when_the_result_is_wrong(tmp_path: Path) -> None:
    web(tmp_path, REFUSED)

    done = cdb(tmp_path, "run")

    assert done.status == 1
    assert "error    refused: " in done.out
    assert "compose.yml:5:17  services.web.privileged" in done.out
    assert (tmp_path / "output/default/web.yaml").is_file()
    assert done.err.splitlines()[-2:] == [
        "error: output/default is written WITH 1 error: do not apply it as it is",
        "  mend what is said above, or 'accept' it in the overlay, and run again; 'git restore output/default' brings back what was there",
    ]
    assert cdb(tmp_path, "run", "-q").err.splitlines() == done.err.splitlines()[-2:]
    assert "WITH" not in cdb(tmp_path, "check").err


def test_strict_counts_warnings(tmp_path: Path) -> None:
    write(tmp_path, {"compose.yml": "name: shop\nservices:\n  web:\n    image: nginx\n"})

    done = cdb(tmp_path, "run")
    assert done.status == 0
    assert "warning  Deployment/web: " in done.out or "warning  " in done.out
    assert "compose.yml:4:12  services.web.image" in done.out
    assert "WITH" not in done.err
    done = cdb(tmp_path, "run", "--strict")
    assert done.status == 1
    assert "error: output/default is written WITH 1 warning: do not apply it as it is\n" in done.err


def test_q_says_only_what_is_wrong(tmp_path: Path) -> None:
    assert cdb(shop(tmp_path / "good"), "run", "-q").out == ""

    done = cdb(web(tmp_path / "bad", REFUSED), "run", "-q")
    assert done.out.startswith("shop -> output/default\nerror    refused: ")
    assert "info " not in done.out
    assert "Values:" not in done.out
    assert "changed" not in done.out


def test_v_shows_every_place_and_what_was_added_by_whom(tmp_path: Path) -> None:
    folder = reference(tmp_path)
    short, whole = (cdb(folder, "run", "--overlay", "docker-desktop", *words).out for words in ((), ("-v",)))

    assert "and 4 more (-v shows them)" in short
    assert "more (-v shows them)" not in whole
    assert "services.signal_engine.image" not in short
    assert "services.signal_engine.image" in whole
    assert "added, asked for by no Compose value:\n" in whole
    assert "  by security-context" in whole
    assert len(short.splitlines()) < 60, "one screen"


def test_a_finding_about_an_object_names_its_line_in_the_written_file(tmp_path: Path) -> None:
    web(tmp_path, files={"overlays/dev.yaml": "images: {pull-secrets: [registry]}\n"})

    done = cdb(tmp_path, "run", "--report", "json=report.json")

    (line,) = (text.split()[0] for text in done.out.splitlines() if text.strip().startswith("output/dev/web.yaml:"))
    file, row, column = line.split(":")
    text = (tmp_path / file).read_text().splitlines()[int(row) - 1][int(column) - 1 :]
    assert text == "name: registry"
    (document,) = json.loads((tmp_path / "report.json").read_text())
    assert line in [place for remark in document["remarks"] for place in remark["files"]]
    committed = (tmp_path / "output/dev/report.json").read_text() + (tmp_path / "output/dev/report.md").read_text()
    assert "web.yaml:" not in committed, "a committed report holds no lines"


@pytest.mark.parametrize("form", ["text", "markdown", "json"])
def test_a_report_goes_to_a_file_beside_the_terminal_or_to_stdout_alone(form: str, tmp_path: Path) -> None:
    shop(tmp_path)

    both = cdb(tmp_path, "run", "--report", f"{form}=report")
    only = cdb(tmp_path, "run", "--report", f"{form}=-")

    assert both.out.startswith("shop -> output/default\n")
    assert (tmp_path / "report").read_text(encoding="utf-8") == only.out
    assert {"text": "shop -> ", "markdown": "# shop", "json": "[{"}[form] in only.out[:10]


def test_the_json_report_is_one_document_with_an_element_for_each_overlay(tmp_path: Path) -> None:
    write(shop(tmp_path), {"overlays/lab.yaml": "", "overlays/live.yaml": ""})

    documents = json.loads(cdb(tmp_path, "run", "--report", "json=-").out)

    assert [document["overlay"] for document in documents] == ["lab", "live"]
    (entry,) = (entry for entry in documents[0]["entries"] if entry.get("value") == "services.web.environment.LEVEL")
    assert (entry["verdict"], entry["at"], entry["compose"], entry["kubernetes"]) == ("kept", "compose.yml:6:14", "info", "info")


def test_several_reports_are_written_at_once(tmp_path: Path) -> None:
    shop(tmp_path)
    cdb(tmp_path, "run", "--report", "json=a.json", "--report", "markdown=b.md", "--report", "text=c.txt")
    assert all((tmp_path / name).stat().st_size for name in ("a.json", "b.md", "c.txt"))


def test_what_changed_is_told_with_the_compose_line(tmp_path: Path) -> None:
    shop(tmp_path)
    cdb(tmp_path, "run")
    text = (tmp_path / "compose.yml").read_text()
    (tmp_path / "compose.yml").write_text(text.replace("LEVEL: info", "LEVEL: debug"))

    done = cdb(tmp_path, "run")

    assert "\nchanged: report.json, report.md, web.yaml\n" in done.out
    assert "containers.web.env.LEVEL.value: info -> debug  (compose.yml:6:14)\n" in done.out


def test_the_notes_of_the_project_are_told_once_for_several_overlays(tmp_path: Path) -> None:
    folder = write(shop(tmp_path), {"overlays/lab.yaml": "", "overlays/live.yaml": ""})
    (folder / ".env").rename(folder / ".env.example")

    done = cdb(folder, "run")

    assert done.out.count("'.env' does not exist: '.env.example' stands in for it") == 1
    assert cdb(folder, "run", "-q").out.splitlines()[0] == "shop -> output/lab"


def test_output_and_overlays_are_those_of_the_current_folder(tmp_path: Path) -> None:
    shop(tmp_path / "project")
    here = write(tmp_path / "here", {"overlays/lab.yaml": "target: {namespace: elsewhere}\n"})

    assert cdb(here, "run", "-f", "../project/compose.yml").status == 0
    assert "name: elsewhere" in (here / "output/lab/namespace.yaml").read_text()
    assert not (tmp_path / "project/output").exists()
    assert cdb(here, "run", "-f", "../project/compose.yml", "--output", "../out").status == 0
    assert stored(tmp_path / "out") == stored(here / "output")


def test_several_files_a_profile_an_env_file_and_a_variable_reach_docker_compose(tmp_path: Path) -> None:
    web(
        tmp_path,
        "    environment:\n      A: ${A}\n      B: ${B}\n",
        {
            "more.yml": "services:\n  web:\n    environment: {C: '3'}\n  lab:\n    image: busybox:1\n    profiles: [lab]\n",
            "live.env": "A=1\n",
        },
    )
    words = ("-f", "compose.yml", "-f", "more.yml", "--profile", "lab", "--env-file", "live.env", "--env", "B=2", "-p", "other")

    assert cdb(tmp_path, "run", *words).status == 0
    (pod,) = (document for document in read((tmp_path / "output/default/web.yaml").read_text()) if document["kind"] == "Deployment")
    env = {entry["name"]: entry["value"] for entry in pod["spec"]["template"]["spec"]["containers"][0]["env"]}
    assert env == {"A": "1", "B": "2", "C": "3"}
    assert pod["metadata"]["namespace"] == "other"
    assert (tmp_path / "output/default/lab.yaml").is_file()


def test_a_name_that_an_overlay_has_wrong_is_told_with_the_line_of_the_overlay(tmp_path: Path) -> None:
    shop(
        tmp_path,
        {"overlays/lab.yaml": "extends: base\nprobes: {liveness: {off: [webb]}}\n", "overlays/base.yaml": "names: {webapp: www}\n"},
    )

    done = cdb(tmp_path, "run")

    assert done.status == 1
    assert "'probes.liveness.off' names the service 'webb', which the project does not have" in done.out
    assert "overlays/lab.yaml:2:27  probes.liveness.off.webb\n" in done.out
    assert "overlays/base.yaml:1:9  names.webapp\n" in done.out
    assert "-> did you mean 'web'?" in done.out
    assert "overlays/" not in (tmp_path / "output/lab/report.md").read_text()
