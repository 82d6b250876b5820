"""A secret never leaves its place: what a Project holds is markers, the same ones whatever the values are."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from converter.compose.project import Project, Settings
from converter.compose.secrets import MARKER, marker, project_key
from converter.errors import ConverterError
from tests.compose.stacks import loaded

_CANARY = "c4n4ry"
_EVERYWHERE = """\
name: shop
services:
  db:
    image: postgres
    env_file: db.env
    environment:
      POSTGRES_PASSWORD: ${POSTGRES_PASSWORD}
      LITERAL_TOKEN: c4n4ry-literal
      FROM_DEFAULT: ${OTHER_SECRET:-c4n4ry-default}
      PLAIN: ${PLAIN}
    healthcheck:
      test: ["CMD-SHELL", "PGPASSWORD=c4n4ry-test psql"]
    labels:
      hook: https://u:c4n4ry-label@hooks/x
  web:
    build: {context: ., args: {NPM_TOKEN: "${NPM_TOKEN}", URL: "https://u:c4n4ry-arg@npm"}}
    env_file: [.env, web.env]
    environment:
      - DATABASE_URL=postgres://u:${POSTGRES_PASSWORD}@db/d
      - WHOLE_URL=redis://:c4n4ry-url@cache/0
      - CONNECTION=Server=db;Password=c4n4ry-connection
      - API_KEY
    command: server --password c4n4ry-command --at http://u:c4n4ry-at@db
    entrypoint: ["run", "--requirepass=${REDIS_PASSWORD}"]
    post_start: [{command: ["sh", "-c", "MYSQL_PWD=c4n4ry-hook mysql"]}]
    secrets: [file_one, env_one, outside]
    configs: [app, motd]
secrets:
  file_one: {file: ./one.txt}
  env_one: {environment: ENV_ONE_SECRET}
  outside: {external: true}
configs:
  app: {content: "password = ${POSTGRES_PASSWORD}"}
  motd: {environment: MOTD}
"""
_ENV = """\
POSTGRES_PASSWORD=c4n4ry-env
OTHER_SECRET=
NPM_TOKEN='c4n4ry-npm'
REDIS_PASSWORD="c4n4ry redis"
API_KEY=c4n4ry-key
ENV_ONE_SECRET=c4n4ry-one
PLAIN=plain
AMQP_URL=amqp://u:c4n4ry-amqp@mq:5672
JOINED_URL=redis://:${REDIS_PASSWORD}@cache
MOTD=hello ${API_KEY}
"""
_FILES = {
    "compose.yaml": _EVERYWHERE.replace("OTHER_SECRET:-", "OTHER_SECRET-"),
    ".env": _ENV,
    "db.env": "DB_ENV_PASSWORD=c4n4ry-db\n",
    "web.env": "SHARED_TOKEN=c4n4ry-web\nURL=http://u:${SHARED_TOKEN}@db\n",
    "one.txt": "c4n4ry-file\n",
}


def _shown(project: Project) -> str:
    return repr(project) + repr(vars(project)) + json.dumps(project.model) + repr(vars(project.sources).get("_assignments"))


def test_no_value_is_in_a_project(tmp_path: Path) -> None:
    project = loaded(tmp_path, _FILES)

    assert _CANARY not in _shown(project).replace("c4n4ry-default", "")
    assert project.services["db"]["environment"]["PLAIN"] == "plain"


def test_two_sets_of_values_give_one_model(tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    other = {name: text.replace("c4n4ry", "0th3r!") for name, text in _FILES.items()}

    one, two = loaded(tmp_path / "one", _FILES), loaded(tmp_path / "two", other)

    assert json.dumps(one.model) == json.dumps(two.model)
    assert (one.secrets, one.config_texts, one.warnings) == (two.secrets, two.config_texts, two.warnings)


def test_each_secret_has_a_key_named_by_where_it_is_written(tmp_path: Path) -> None:
    project = loaded(tmp_path, _FILES)

    assert dict(project.secrets.needed_by) == {
        "AMQP_URL": ("web",), "API_KEY": ("web",), "CONNECTION": ("web",), "DB_ENV_PASSWORD": ("db",), "DB_HEALTHCHECK_PGPASSWORD": ("db",),
        "ENV_ONE_SECRET": ("web",), "LITERAL_TOKEN": ("db",), "NPM_TOKEN": ("web",), "POSTGRES_PASSWORD": ("db", "web"),
        "REDIS_PASSWORD": ("web",), "SHARED_TOKEN": ("web",), "WEB_COMMAND_PASSWORD": ("web",), "WEB_COMMAND_URL_PASSWORD": ("web",),
        "WEB_POST_START_MYSQL_PWD": ("web",), "WHOLE_URL": ("web",), "env_one": ("web",), "file_one": ("web",), "outside": ("web",),
    }  # fmt: skip


def test_without_env_file_the_secrets_are_the_same(tmp_path: Path) -> None:
    text = (
        "name: x\nservices:\n  db: {image: x, environment: {POSTGRES_PASSWORD: '${POSTGRES_PASSWORD:?}', URL: 'a://u:${POSTGRES_PASSWORD}@h'}}\n"
        "  web: {image: y, env_file: [{path: .env, required: false}], environment: [API_KEY, 'T=${A_TOKEN:-$B_TOKEN}']}\n"
    )
    (tmp_path / "ci").mkdir()
    (tmp_path / "laptop").mkdir()
    laptop = loaded(tmp_path / "laptop", {"compose.yaml": text, ".env": "POSTGRES_PASSWORD=a\nAPI_KEY=b\nA_TOKEN=c\n"})
    ci = loaded(tmp_path / "ci", {"compose.yaml": text})

    environment = laptop.services["web"]["environment"]
    assert {name: environment[name] for name in ci.services["web"]["environment"]} == ci.services["web"]["environment"]
    assert laptop.services["db"] == ci.services["db"]
    assert [message for message, _ in ci.warnings] == ["'POSTGRES_PASSWORD' is required at compose.yaml:3:52 and has no value yet"]
    assert not laptop.warnings


def test_an_empty_secret_of_an_example_is_one_that_is_not_set_yet(tmp_path: Path) -> None:
    text = (
        "services:\n  db: {image: x, env_file: [.env, db.env],\n"
        "       environment: {URL: 'a://u:${DB_PASSWORD:?}@h', A_TOKEN: '${A_TOKEN}', C_TOKEN: ''}}\n"
    )
    names = "DB_PASSWORD={0}\nA_TOKEN={0}\nLEVEL=1\n"
    for folder in ("ci", "laptop", "named"):
        (tmp_path / folder).mkdir()
    laptop = loaded(tmp_path / "laptop", {"compose.yaml": "name: x\n" + text, ".env": names.format("v"), "db.env": "B_TOKEN=v\n"})
    ci = loaded(tmp_path / "ci", {"compose.yaml": "name: x\n" + text, ".env.example": names.format(""), "db.env.sample": "B_TOKEN=\n"})

    assert laptop.model == ci.model
    assert laptop.secrets == ci.secrets
    assert list(ci.secrets.needed_by) == ["A_TOKEN", "B_TOKEN", "DB_PASSWORD"]


_TOKEN, _HOOK = "ghp_" + "c4Na" * 9, "https://hooks.slack.com/services/T00000000/B00000000/" + "c4Na" * 6
_FORMED = f"""\
name: shop
services:
  web:
    image: "nginx:${{VERSION}}"
    env_file: web.env
    environment:
      {{GH: {_TOKEN}, FROM: "Bearer ${{ACCESS}}", HOOK: "${{CHAT}}", GIT: "https://c4nary0c4nary0c4nary@git/x", TOLD: "${{VERSION}}"}}
    command: ["serve", "{_HOOK}", "--x", "${{ACCESS}}"]
    labels: {{users: "admin:$$apr1$$c4nary$${"c4" * 11}"}}
    healthcheck: {{test: ["CMD-SHELL", "curl -H 'Authorization: Bearer c4naryc4naryc4nary' http://localhost"]}}
    configs: [app]
configs: {{app: {{content: "key: {_TOKEN}"}}}}
"""


def test_a_credential_is_a_secret_by_its_form_whatever_it_is_called(tmp_path: Path) -> None:
    env = f"ACCESS={_TOKEN}\nCHAT={_HOOK}\nVERSION=1.27\n"
    project = loaded(tmp_path, {"compose.yaml": _FORMED, ".env": env, "web.env": f"NPM=npm_{'c4Na' * 9}\n"})

    assert "c4na" not in _shown(project).lower()
    assert list(project.secrets.by_marker.values()) == sorted(project.secrets.by_marker.values(), key=lambda secret: secret.key)
    assert sorted(secret.key for secret in project.secrets.by_marker.values()) == [
        "ACCESS", "APP_CONFIGS_GITHUB_TOKEN", "CHAT", "GH", "GIT", "NPM", "WEB_COMMAND_SLACK_WEBHOOK", "WEB_HEALTHCHECK_AUTHORIZATION",
        "WEB_LABELS_PASSWORD_HASH",
    ]  # fmt: skip
    assert project.services["web"]["environment"]["FROM"] == f"Bearer {marker('ACCESS')}"
    assert project.services["web"]["environment"]["TOLD"] == "1.27"


def test_where_no_secret_can_stand_a_form_says_nothing(tmp_path: Path) -> None:
    project = loaded(tmp_path, {"compose.yaml": f"name: x\nservices: {{web: {{image: x, volumes: ['./{_TOKEN}:/{_TOKEN}']}}}}"})

    assert not project.secrets.by_marker


def test_values_are_never_compared(tmp_path: Path) -> None:
    text = "services: {db: {image: postgres, environment: {POSTGRES_PASSWORD: postgres, POSTGRES_USER: postgres}}}"
    project = loaded(tmp_path, {"compose.yaml": text})

    assert project.services["db"]["image"] == "postgres"
    assert project.services["db"]["environment"] == {"POSTGRES_PASSWORD": marker("POSTGRES_PASSWORD"), "POSTGRES_USER": "postgres"}


def test_switches_and_empty_values_stay(tmp_path: Path) -> None:
    text = (
        "services: {db: {image: x, environment: {A_TOKEN: '', USE_PASSWORD: 'true', B_PASSWORD: 'false', C_TOKEN: '${C_TOKEN}', "
        "D_SECRET: '${D_SECRET:-false}', E_PASSWORD: '${E_PASSWORD:+set}'}}}"
    )
    project = loaded(tmp_path, {"compose.yaml": text, ".env": "C_TOKEN=\nE_PASSWORD=\n"})

    assert project.services["db"]["environment"] == {
        "A_TOKEN": "", "USE_PASSWORD": "true", "B_PASSWORD": "false", "C_TOKEN": "", "D_SECRET": "false", "E_PASSWORD": "",
    }  # fmt: skip
    assert not project.secrets.by_marker


def test_a_marker_where_a_number_is_wanted_is_left_out(tmp_path: Path) -> None:
    text = "services: {db: {image: x, cpus: '${CPU_TOKEN:-0.5}', environment: {A_TOKEN: '${A_TOKEN}'}, ports: ['80:${PORT_KEY:-81}']}}"
    project = loaded(tmp_path, {"compose.yaml": text})

    assert (project.services["db"]["cpus"], project.services["db"]["ports"][0]["target"]) == (0.5, 81)
    assert project.secrets.has(project.services["db"]["environment"]["A_TOKEN"])
    assert [message.partition(":")[0] for message, _ in project.warnings] == [
        "the value of 'CPU_TOKEN' is plain at compose.yaml",
        "the value of 'PORT_KEY' is plain at compose.yaml",
    ]


@pytest.mark.parametrize("name", ["N_TOKEN", "M_TOKEN", "DB_PASSWORD", "A_SECRET", "B_SECRET"])
def test_a_marker_where_a_size_is_wanted_is_left_out_however_the_error_cuts_it(name: str, tmp_path: Path) -> None:
    text = f"services: {{a: {{image: x, mem_limit: '${{{name}}}', environment: {{A: '${{{name}}}', B: '${{OTHER_TOKEN}}'}}}}}}"
    project = loaded(tmp_path, {"compose.yaml": text, ".env": f"{name}=10m\n"})

    assert project.services["a"]["mem_limit"] == "10485760"
    assert list(project.secrets.needed_by) == sorted([name, "OTHER_TOKEN"])


def test_a_variable_in_a_path_or_an_image_is_plain_there_and_said_so(tmp_path: Path) -> None:
    text = "services: {a: {image: 'x:${TAG_SECRET:-1}', volumes: ['./${TLS_KEY:-k.pem}:/k'], environment: {A: '${A_TOKEN}'}}}"
    project = loaded(tmp_path, {"compose.yaml": text})

    service = project.services["a"]
    assert (service["image"], service["volumes"][0]["source"]) == ("x:1", "./k.pem")
    assert list(project.secrets.needed_by) == ["A_TOKEN"]
    assert [message for message, _ in project.warnings] == [
        f"the value of '{name}' is plain at compose.yaml:1:{column}: no secret can be a path, an image, a port, a number or a switch"
        for name, column in (("TAG_SECRET", 23), ("TLS_KEY", 55))
    ]


_UNUSUAL = """\
services:
  a:
    image: x
    environment: {DB: "${DB_PASSWORD}", URL: "a://u:${DB_PASSWORD}@h"}
    command: ["run", "--password", "${DB_PASSWORD}"]
    labels: {l: "x-${DB_PASSWORD}"}
    configs: [c]
    PLACE
volumes: {c4n4ry: {}}
configs: {c: {content: "pw=${DB_PASSWORD}"}}
"""


@pytest.mark.parametrize(
    "place",
    [
        *("working_dir: '/srv/${DB_PASSWORD}'", "hostname: 'h-${DB_PASSWORD}'", "domainname: '${DB_PASSWORD}'"),
        *("container_name: 'c-${DB_PASSWORD}'", "networks: {default: {aliases: ['n-${DB_PASSWORD}']}}"),
    ],
)
def test_a_name_with_a_secret_in_it_leaves_the_secret_one(place: str, tmp_path: Path) -> None:
    project = loaded(tmp_path, {"compose.yaml": _UNUSUAL.replace("PLACE", place), ".env": "DB_PASSWORD=c4n4ry-env\n"})

    assert "c4n4ry-env" not in _shown(project)
    assert not project.warnings


@pytest.mark.parametrize(
    "place",
    [
        *(
            "volumes: ['./${DB_PASSWORD}:/d']",
            "volumes: ['${DB_PASSWORD}:/d']",
            "user: '${DB_PASSWORD}'",
            "build: x\n    image: 'x:${DB_PASSWORD}'",
        ),
        "cpus: '${DB_PASSWORD:-1}'",
    ],
)
def test_a_value_that_must_be_known_at_one_place_is_a_secret_at_all_others(place: str, tmp_path: Path) -> None:
    value = "0.5" if "cpus" in place else "c4n4ry"
    text = _UNUSUAL.replace("    image: x\n", "") if "image" in place else _UNUSUAL
    text = text.replace('"${DB_PASSWORD}"]', '"c4n4ry-literal"]') if "cpus" in place or "['$" in place else text
    project = loaded(tmp_path, {"compose.yaml": text.replace("PLACE", place), ".env": f"DB_PASSWORD={value}\n"})

    service = project.services["a"]
    texts = [*service["environment"].values(), service["labels"]["l"], project.model["configs"]["c"]["content"], service["command"][-1]]
    assert all(project.secrets.has(one) and value not in project.secrets.hide(one) for one in texts)
    assert [message.partition(" at ")[0] for message, _ in project.warnings] == ["the value of 'DB_PASSWORD' is plain"]


def test_a_project_can_be_called_by_a_variable_that_is_a_secret_elsewhere(tmp_path: Path) -> None:
    text = "name: ${APP_KEY}\nservices: {a: {image: x, environment: {A: '${APP_KEY}'}, volumes: ['vol:/v']}}\nvolumes: {vol: {}}\n"
    project = loaded(tmp_path, {"compose.yaml": text, ".env": "APP_KEY=c4n4ry\n"})

    assert (project.name, project.model["volumes"]["vol"]["name"]) == ("c4n4ry", "c4n4ry_vol")
    assert list(project.secrets.needed_by) == ["APP_KEY"]
    assert [message.partition(": no")[0] for message, _ in project.warnings] == ["the value of 'APP_KEY' is plain at compose.yaml:1:7"]


def test_an_argument_that_stays_plain_is_named_too(tmp_path: Path) -> None:
    text = "services:\n  a:\n    image: x\n    cpus: ${CPU_TOKEN}\n    command: [run, '${CPU_TOKEN}']\n"
    project = loaded(tmp_path, {"compose.yaml": text, ".env": "CPU_TOKEN=0.5\n"})

    assert [message.partition(": no")[0] for message, _ in project.warnings] == [
        "the value of 'CPU_TOKEN' is plain at compose.yaml:4:11, compose.yaml:5:20"
    ]


def test_each_of_several_passwords_of_one_text_is_a_secret_of_its_own_whatever_they_are(tmp_path: Path) -> None:
    text = (
        "services: {a: {image: x, command: \"sh -c 'login --password=one && curl -u admin:{0} http://x'\", "
        "entrypoint: [run, --password, one, --password, {0}, PASSWORD_2=x], "
        "healthcheck: {test: 'mysqladmin ping -pone && redis-cli -a {0} ping'}, "
        "post_start: [{command: [sh, -c, MYSQL_PWD=one mysql]}, {command: [sh, -c, MYSQL_PWD={0} mysql]}]}}"
    )
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    one = loaded(tmp_path / "one", {"compose.yaml": "name: x\n" + text.replace("{0}", "one")})
    two = loaded(tmp_path / "two", {"compose.yaml": "name: x\n" + text.replace("{0}", "two")})

    assert one.model == two.model
    assert list(two.secrets.needed_by) == [
        *("A_A_POST_START_MYSQL_PWD", "A_A_POST_START_MYSQL_PWD_2", "A_COMMAND_PASSWORD", "A_COMMAND_PASSWORD_2"),
        *("A_ENTRYPOINT_PASSWORD", "A_ENTRYPOINT_PASSWORD_2", "A_ENTRYPOINT_PASSWORD_3", "A_HEALTHCHECK_PASSWORD"),
        "A_HEALTHCHECK_PASSWORD_2",
    ]
    assert two.secrets.hide(two.services["a"]["command"][2]) == (
        "login --password=${A_COMMAND_PASSWORD} && curl -u admin:${A_COMMAND_PASSWORD_2} http://x"
    )


def test_the_file_of_a_secret_that_is_not_there_is_said(tmp_path: Path) -> None:
    text = "name: x\nservices: {a: {image: x, secrets: [s, t]}}\n"
    text += "secrets:\n  s: {file: ./no.txt}\n  t: {file: ./t.txt}\n  u: {file: ./no.txt}\n"
    project = loaded(tmp_path, {"compose.yaml": text, "t.txt": "c4n4ry"})

    assert project.warnings == (
        ("file './no.txt' of secret 's' at compose.yaml:4:13 does not exist", "write it before 'cdb-convert secrets'"),
    )


def test_a_key_is_shared_by_all_that_read_one_place(tmp_path: Path) -> None:
    text = (
        "x-env: &env {DB_PASSWORD: literal, LEVEL: '1'}\nservices:\n  a: {image: x, environment: *env, env_file: s.env}\n"
        "  b: {image: x, environment: {<<: *env, B: '1'}, env_file: [s.env]}\n"
    )
    project = loaded(tmp_path, {"compose.yaml": text, "s.env": "SHARED_TOKEN=x\n"})

    assert dict(project.secrets.needed_by) == {"DB_PASSWORD": ("a", "b"), "SHARED_TOKEN": ("a", "b")}


def test_a_key_has_the_service_in_front_where_two_places_write_their_own(tmp_path: Path) -> None:
    text = (
        "services:\n  a: {image: x, environment: {DB_PASSWORD: one}}\n  b-2: {image: x, env_file: b.env}\n"
        "  c: {image: x, environment: {DB_PASSWORD: '${DB_PASSWORD}'}}\n"
    )
    project = loaded(tmp_path, {"compose.yaml": text, "b.env": "DB_PASSWORD=two\nURL=a://u:${DB_PASSWORD}@h\n"})
    without = loaded(tmp_path, {"compose.yaml": text.rpartition("  c:")[0]})

    assert dict(project.secrets.needed_by) == {"A_DB_PASSWORD": ("a",), "B-2_DB_PASSWORD": ("b-2",), "DB_PASSWORD": ("c",)}
    assert project.secrets.hide(project.services["b-2"]["environment"]["URL"]) == "a://u:${B-2_DB_PASSWORD}@h"
    assert list(without.secrets.needed_by) == ["A_DB_PASSWORD", "B-2_DB_PASSWORD"]


def test_a_secret_url_is_named_by_its_variable(tmp_path: Path) -> None:
    text = "services: {a: {image: x, environment: {URL: '${MAIN_URL}', MAIN_URL: '${MAIN_URL}'}}, b: {image: x, environment: [MAIN_URL]}}"
    project = loaded(tmp_path, {"compose.yaml": text, ".env": "MAIN_URL=postgres://u:pw@db:5432/d\n"})

    (secret,) = project.secrets.by_marker.values()
    assert (secret.key, secret.variable, secret.addresses) == ("MAIN_URL", "MAIN_URL", ("postgres://db:5432",))
    assert project.secrets.needed_by == {"MAIN_URL": ("a", "b")}


def test_a_text_splits_at_its_secrets(tmp_path: Path) -> None:
    project = loaded(tmp_path, _FILES)
    secrets, environment = project.secrets, project.services["web"]["environment"]

    before, secret, after = secrets.pieces(environment["DATABASE_URL"])
    assert (before, after) == ("postgres://u:", "@db/d")
    assert not isinstance(secret, str)
    assert secret.key == "POSTGRES_PASSWORD"
    assert secrets.has(environment["DATABASE_URL"])
    assert (secrets.pieces("plain"), secrets.pieces(""), secrets.has("plain")) == (("plain",), ("",), False)
    assert secrets.hide(environment["DATABASE_URL"]) == "postgres://u:${POSTGRES_PASSWORD}@db/d"


def test_a_secret_has_a_variable_in_each_container(tmp_path: Path) -> None:
    secrets = loaded(tmp_path, _FILES).secrets
    by_key = {secret.key: secret for secret in secrets.by_marker.values()}

    assert secrets.variable("db", by_key["POSTGRES_PASSWORD"]) == "POSTGRES_PASSWORD"
    assert secrets.variable("web", by_key["WEB_COMMAND_PASSWORD"]) == "CDB_WEB_COMMAND_PASSWORD"
    assert secrets.variable("web", by_key["env_one"]) == "CDB_ENV_ONE"


def test_an_entry_of_secrets_is_found_by_its_name(tmp_path: Path) -> None:
    secrets = loaded(tmp_path, _FILES).secrets

    assert secrets.file_secret("file_one").file == "./one.txt"
    assert secrets.file_secret("env_one").variable == "ENV_ONE_SECRET"
    assert secrets.file_secret("outside").external
    assert secrets.file_secret("outside").places == (("services", "web", "secrets", "/run/secrets/outside"),)
    with pytest.raises(KeyError):
        secrets.file_secret("other")


def test_an_entry_of_secrets_named_like_a_variable_gets_a_key_of_its_own(tmp_path: Path) -> None:
    text = "secrets: {DB_PASSWORD: {file: x}}\nservices: {a: {image: x, secrets: [DB_PASSWORD], environment: {DB_PASSWORD: y}}}"

    assert list(loaded(tmp_path, {"compose.yaml": text}).secrets.needed_by) == ["DB_PASSWORD", "DB_PASSWORD_2"]


def test_the_overlay_names_more_secrets_and_renames_keys(tmp_path: Path) -> None:
    text = "services: {a: {image: x, environment: {LICENSE: '${LICENSE}', ACME_ID: y}}}"
    project = loaded(tmp_path, {"compose.yaml": text, ".env": "LICENSE=z\n"}, secret_names=("LICENSE", "ACME_*"))
    (acme, license_) = project.secrets.by_marker.values()

    assert (acme.key, license_.key) == ("ACME_ID", "LICENSE")
    assert project_key(project.with_settings(Settings(secret_keys={"LICENSE": "license-key"})), license_) == "license-key"


def test_a_secret_of_a_label_or_build_argument_is_needed_by_no_pod(tmp_path: Path) -> None:
    text = "services: {a: {image: x, build: {context: ., args: {A_TOKEN: '${A_TOKEN}'}}, labels: {l: '${B_TOKEN}'}}}"
    project = loaded(tmp_path, {"compose.yaml": text})

    assert {secret.key for secret in project.secrets.by_marker.values()} == {"A_TOKEN", "B_TOKEN"}
    assert not project.secrets.needed_by


def test_markers_stay_whole_in_any_text() -> None:
    text = f"a{marker('X')}9{marker('Y')}{marker('X')}-{marker('X').upper()}"

    assert MARKER.findall(text) == [marker("X"), marker("Y"), marker("X")]
    assert len({marker(str(number)) for number in range(1000)}) == 1000


@pytest.mark.parametrize("line", ["DB_PASSWORD='c4n4ry", 'DB_PASSWORD="c4n4ry', "DB_PASSWORD=${c4n4ry", "c4n4ry c4n4ry"])
@pytest.mark.parametrize("name", [".env", "db.env"])
def test_no_value_is_in_an_error(line: str, name: str, tmp_path: Path) -> None:
    files = {"compose.yaml": "services: {db: {image: x, env_file: db.env}}", "db.env": "", ".env": "", name: f"A=1\n{line}\n"}
    with pytest.raises(ConverterError) as caught:
        loaded(tmp_path, files)

    error: BaseException | None = caught.value
    while error is not None:
        assert _CANARY not in repr(error) + str(error) + repr(vars(error))
        error = error.__cause__ or error.__context__
