"""All commands and their arguments. A command's module is imported only when the command runs."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from importlib import import_module
from typing import Any, NoReturn

from tomoni.cli.texts import _

Options = argparse.Namespace


class Parser(argparse.ArgumentParser):
    """argparse with errors in one line and exit code 2."""

    def error(self, message: str) -> NoReturn:
        """Say what is wrong and where the help is."""
        hint = _("{prog} --help で使い方が分かります。").format(prog=self.prog)
        self.exit(2, f"tomoni: {message} — {hint}\n")


def lazily(place: str) -> Callable[[Options], int]:
    """The function `module:name` under `tomoni.cli.commands`, imported when it is called."""

    def run(options: Options) -> int:
        module, name = place.split(":")
        return int(getattr(import_module(f"tomoni.cli.commands.{module}"), name)(options) or 0)

    return run


def build_parser() -> Parser:
    """The whole command line in the chosen language."""
    parser = Parser(
        prog="tomoni",
        description=_("ともに — 自治体の仕事を見て、選び、つくり、つながり、ともに決めるための道具です。"),
        epilog=_(
            "終了コード: 0 できた、1 できなかった、2 使い方が違う。各コマンドの説明は tomoni <コマンド> --help で見られます。"
        ),
    )
    _common(parser)
    commands = parser.add_subparsers(
        title=_("コマンド"), metavar=_("<コマンド>"), dest="command", required=True
    )

    def add(name: str, place: str, text: str) -> Parser:
        command: Parser = commands.add_parser(name, help=text, description=text)
        _common(command, default=argparse.SUPPRESS)
        command.set_defaults(run=lazily(place))
        return command

    for group in (_demo, _running, _care, _contents, _tokens, _developers):
        group(add)
    return parser


def _common(parser: Parser, default: Any = None) -> None:
    parser.add_argument("--lang", choices=("ja", "en"), default=default, help=_("表示の言語"))
    parser.add_argument(
        "--debug",
        action="store_true",
        default=default or False,
        help=_("失敗したとき、くわしい記録を表示します"),
    )


def _data(command: Parser, text: str = "") -> None:
    command.add_argument(
        "--data",
        metavar=_("フォルダー"),
        help=text or _("データのフォルダー（なければ TOMONI_DATA、それもなければ ./tomoni-data）"),
    )


def _address(command: Parser, port: int | None = 8000) -> None:
    command.add_argument("--host", default="127.0.0.1", help=_("待ち受けるアドレス（初期値 127.0.0.1）"))
    command.add_argument("--port", type=_port, default=port, help=_("待ち受けるポート（初期値 8000）"))


def _port(text: str) -> int:
    value = int(text)
    if not 1 <= value <= 65535:
        raise ValueError(text)
    return value


_port.__name__ = "port"


def _demo(add: Callable[[str, str, str], Parser]) -> None:
    demo = add("demo", "demo:run", _("見本の町「ともに市」を用意して、手元で動かします"))
    demo.add_argument(
        "--data", default="./demo-data", help=_("見本のデータを置くフォルダー（初期値 ./demo-data）")
    )
    _address(demo)
    demo.add_argument("--reset", action="store_true", help=_("見本のデータを消して、はじめから作り直します"))
    demo.add_argument("--build-only", action="store_true", help=_("データを用意するだけで、動かしません"))
    accounts = add("demo-accounts", "demo:accounts", _("見本の町で使えるログインを表示します"))
    accounts.add_argument("--json", action="store_true", help=_("JSONで出力します"))
    accounts.add_argument("--data", help=_("見本のデータのフォルダー（初期値 ./demo-data）"))


def _running(add: Callable[[str, str, str], Parser]) -> None:
    init = add("init", "init:run", _("新しい自治体のデータを用意します"))
    _data(init)
    init.add_argument("--town", help=_("自治体の名前（例: ともに市）"))
    init.add_argument("--code", help=_("全国地方公共団体コード（5桁または6桁）"))
    init.add_argument("--admin", help=_("最初の管理者のログイン名"))
    init.add_argument("--admin-name", help=_("最初の管理者の氏名"))
    init.add_argument("--base-url", help=_("利用者が開くアドレス（例: https://tomoni.example.lg.jp）"))
    init.add_argument("--database-url", help=_("PostgreSQLを使うときの接続先"))
    init.add_argument(
        "--password-stdin",
        action="store_true",
        help=_("管理者のパスワードを標準入力から読みます（なければたずねます）"),
    )
    serve = add("serve", "serve:run", _("サーバーを動かします"))
    _data(serve)
    _address(serve, None)
    serve.add_argument(
        "--workers", type=int, default=0, help=_("要求を受けるプロセスの数（0 = 1つのプロセスですべて）")
    )
    serve.add_argument(
        "--all",
        metavar="towns.toml",
        help=_("複数の自治体を、1つずつ別のプロセスで動かします（ホスト名で分けます）"),
    )
    serve.add_argument("--role", choices=("all", "events"), default="all", help=argparse.SUPPRESS)
    worker = add("worker", "serve:worker", _("裏で動く仕事（処理・送信）だけを受け持つプロセスを動かします"))
    _data(worker)
    worker.add_argument("--threads", type=int, help=_("同時に行う仕事の数（初期値 TOMONI_JOB_THREADS）"))
    worker.add_argument("--once", action="store_true", help=_("たまっている仕事を済ませたら終わります"))


def _care(add: Callable[[str, str, str], Parser]) -> None:
    doctor = add("doctor", "doctor:run", _("動かすための条件がそろっているか調べます"))
    _data(doctor)
    doctor.add_argument("--json", action="store_true", help=_("JSONで出力します"))
    backup = add("backup", "backup:run", _("データベースとファイルの控えを1つのファイルに取ります"))
    _data(backup)
    backup.add_argument(
        "--to",
        metavar=_("ファイル"),
        help=_("控えのファイル名、または置くフォルダー（初期値 今のフォルダー）"),
    )
    restore = add("restore", "backup:restore", _("控えから、空のフォルダーへデータを戻します"))
    _data(restore)
    restore.add_argument("file", metavar=_("ファイル"), help=_("控えのファイル"))
    restore.add_argument("--database-url", help=_("PostgreSQLへ戻すときの、空のデータベース"))
    _data(
        add(
            "verify-audit",
            "audit:run",
            _("監査の記録がつながっているか確かめます（切れた所があれば、その番号）"),
        )
    )
    upgrade = add(
        "upgrade", "upgrade:run", _("新しい版に合わせてデータを更新します（はじめに控えを取ります）")
    )
    _data(upgrade)
    upgrade.add_argument(
        "--backup-to",
        metavar=_("フォルダー"),
        help=_("控えを置くフォルダー（初期値 データのフォルダーの隣）"),
    )


def _contents(add: Callable[[str, str, str], Parser]) -> None:
    kit = add("kit", "kit:run", _("キット（すぐ使えるアプリの一式）を扱います"))
    verbs = kit.add_subparsers(metavar=_("<操作>"), dest="verb", required=True)
    for name, text in (
        ("list", _("使えるキットの一覧")),
        ("show", _("キットの中身を表示します")),
        ("install", _("キットからアプリを作ります")),
        ("export", _("アプリをキットの形で書き出します")),
    ):
        verb: Parser = verbs.add_parser(name, help=text, description=text)
        _common(verb, default=argparse.SUPPRESS)
        verb.add_argument("--data", default=argparse.SUPPRESS, help=_("データのフォルダー"))
        if name != "list":
            verb.add_argument("code", help=_("キットまたはアプリのコード"))
        if name == "install":
            verb.add_argument("--task", default="", help=_("業務量調査の作業の番号"))
        if name == "export":
            verb.add_argument(
                "--output", metavar=_("ファイル"), help=_("書き出すファイル（なければ画面に出します）")
            )
    _data(kit)


def _tokens(add: Callable[[str, str, str], Parser]) -> None:
    token = add("token", "token:run", _("APIトークンを作る、一覧する、取り消す"))
    verbs = token.add_subparsers(metavar=_("<操作>"), dest="verb", required=True)
    for name, text in (
        ("create", _("APIトークンを作り、一度だけ表示します")),
        ("list", _("APIトークンの一覧（トークンそのものは表示しません）")),
        ("revoke", _("APIトークンを取り消します")),
    ):
        verb: Parser = verbs.add_parser(name, help=text, description=text)
        _common(verb, default=argparse.SUPPRESS)
        verb.add_argument("--data", default=argparse.SUPPRESS, help=_("データのフォルダー"))
        if name == "revoke":
            verb.add_argument(
                "id", type=int, metavar=_("番号"), help=_("トークンの番号（token list で分かります）")
            )
            continue
        verb.add_argument(
            "--login",
            required=name == "create",
            help=_("ログイン名。トークンは、この人の権限の範囲で動きます"),
        )
        verb.add_argument("--json", action="store_true", help=_("JSONで出力します"))
        if name == "create":
            verb.add_argument(
                "--app", default="", help=_("このアプリだけに使えるようにします（コードか番号）")
            )
            verb.add_argument(
                "--permission",
                default="view,add,edit,delete,manage",
                metavar=_("権限"),
                help=_(
                    "できること。view,add,edit,delete,manage から選び、コンマで区切ります（省くとすべて）"
                ),
            )
            verb.add_argument("--label", default="", help=_("何に使うか"))
            verb.add_argument("--days", type=int, default=365, help=_("期限の日数（1〜400、初期値 365）"))
    _data(token)


def _developers(add: Callable[[str, str, str], Parser]) -> None:
    bench = add("bench", "bench:run", _("速さを測ります"))
    bench.add_argument("name", nargs="?", metavar=_("名前"), help=_("測るものの名前（省くと一覧）"))
    bench.add_argument("--json", action="store_true", help=_("JSONで出力します"))
    bench.add_argument(
        "--rows",
        "--records",
        dest="records",
        type=int,
        help=_("用意するレコードの数（初期値は pages が 10000、records が 100000）"),
    )
    bench.add_argument(
        "--database", metavar="URL", help=_("records を PostgreSQL の空のデータベースで測ります")
    )
    bench.add_argument(
        "--postgres", action="store_true", help=_("records を、そのために起動する PostgreSQL で測ります")
    )
    bench.add_argument("--rounds", type=int, default=60, help=_("1つの画面を測る回数（初期値 60）"))
    manage = add("manage", "manage:run", _("Djangoの管理コマンドを実行します（開発者向け）"))
    _data(manage)
    manage.add_argument(
        "arguments", nargs=argparse.REMAINDER, metavar=_("引数"), help=_("Djangoのコマンドと引数")
    )
    add("version", "version:run", _("版を表示します"))
