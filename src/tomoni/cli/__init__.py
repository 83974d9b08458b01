"""The `tomoni` command. Nothing heavy is imported here: `tomoni --help` must answer at once."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from tomoni.cli import texts
from tomoni.cli.errors import CommandError


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command. Returns 0 (done), 1 (failed) or 2 (wrong usage); errors are one line on stderr."""
    from tomoni.cli.parser import build_parser

    given = list(sys.argv[1:] if arguments is None else arguments)
    _plain_streams()
    texts.choose(given)
    parser = build_parser()
    if not given:
        parser.print_help()
        return 0
    options = parser.parse_args(given)
    try:
        return int(options.run(options) or 0)
    except CommandError as error:
        print(f"tomoni: {error}", file=sys.stderr)
        return error.code
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        sys.stderr.close()
        return 1
    except Exception as error:
        if options.debug:
            raise
        print(f"tomoni: {_one_line(error)}", file=sys.stderr)
        return 1


def _plain_streams() -> None:
    """Write UTF-8 even where the locale says otherwise, and never die on a character."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace", line_buffering=True)


def _one_line(error: Exception) -> str:
    """An unexpected error in one line, with how to see more."""
    from tomoni.cli.texts import _

    text = " ".join(str(error).split())[:300] or type(error).__name__
    if getattr(error, "status", None) is None:
        text = f"{type(error).__name__}: {text}"
    return _("失敗しました（{reason}）。詳しくは --debug を付けて実行してください。").format(reason=text)
