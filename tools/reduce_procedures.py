"""Reduce the national survey of administrative procedures to those a municipality receives.

    python tools/reduce_procedures.py PATH/procedures_2025_digital_agency.parquet

Input: the full table of デジタル庁「行政手続等の悉皆調査結果等」 as Parquet (75,071 rows × 39 columns, release
of 29 July 2025). Output: `src/tomoni/workload/data/procedures.parquet` with only the columns that the pages
show, and `procedures.json` beside it (source, edition, rule, rows, digests). The result is deterministic.

The rule (a row is kept when 1 and either 2 or 3 hold):

1. 手続類型 is 「1 申請等」: somebody applies or reports. Notices and dispositions are answers, not receipts.
2. 申請を提出する機関 names a municipal counter: 市役所・町村役場, 上下水道局, 消防本部, 消防署 or 地域包括支援センター.
   These rows get `counter = "municipal"`, also where the legal receiver is the state or an agency
   (電子証明書, 在留カードの住居地届出 …): the counter does the work.
3. The receiver is a local government (地方等, alone or with others), the place of submission is blank and
   事務区分 is not 「4 地方の事務でない」: the survey does not say whether it is the prefecture or the municipality.
   These rows get `counter = "unknown"` and the pages say so.

Yearly counts are national totals. The source table holds 0 both for "none" and for "not known"; 0 therefore
becomes null and the pages say 「件数の記載なし」. Duplicates do not occur: 手続ID is unique.
"""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path

import polars as pl

OUT = Path(__file__).resolve().parent.parent / "src" / "tomoni" / "workload" / "data"
COUNTERS = ["市役所・町村役場", "上下水道局", "消防本部", "消防署", "地域包括支援センター"]
COLUMNS = {
    "手続ID": "id",
    "手続名": "name",
    "所管府省庁": "ministry",
    "法令名": "law",
    "法令番号": "law_number",
    "根拠条項号": "article",
    "手続主体": "applicant",
    "手続の受け手": "receiver",
    "事務区分": "duty",
    "オンライン化の実施状況": "online",
    "オンライン化の実施予定及び検討時の懸念点": "obstacle",
    "申請等における本人確認手法": "identity",
    "手数料等の納付有無": "fee",
    "処理期間(オンライン)": "days_online",
    "処理期間(非オンライン)": "days_paper",
    "情報システム(申請)": "system",
    "総手続件数": "total",
    "オンライン手続件数": "online_count",
    "申請書等に記載させる情報": "asked",
    "申請時に添付させる書類": "attachments",
    "手続が行われるイベント(個人)": "event_person",
    "手続が行われるイベント(法人)": "event_business",
    "申請を提出する機関": "place",
}


def sha256(path: Path) -> str:
    """The digest of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def text(name: str) -> pl.Expr:
    """A column as text, "" for nothing."""
    return pl.col(name).cast(pl.String).fill_null("")


def reduce(full: pl.DataFrame) -> pl.DataFrame:
    """Apply the rule of the module's docstring; sorted by yearly count, then id."""
    place = text("申請を提出する機関")
    municipal = pl.any_horizontal([place.str.contains(word, literal=True) for word in COUNTERS])
    unknown = (
        text("手続の受け手").str.contains("地方等") & (place == "") & ~text("事務区分").str.starts_with("4")
    )
    kept = full.filter((text("手続類型") == "1 申請等") & (municipal | unknown)).with_columns(
        counter=pl.when(municipal).then(pl.lit("municipal")).otherwise(pl.lit("unknown"))
    )
    counts = {"総手続件数", "オンライン手続件数"}
    columns = [
        pl.col(ja).cast(pl.Int64).alias(en) if ja in counts else text(ja).str.strip_chars().alias(en)
        for ja, en in COLUMNS.items()
    ]
    small = kept.select(*columns, "counter")
    known = pl.col("total") > 0
    small = small.with_columns(
        total=pl.when(known).then("total"), online_count=pl.when(known).then("online_count")
    )
    return small.sort(pl.col("total").fill_null(0), pl.col("id"), descending=[True, False])


def main(argv: list[str]) -> int:
    """Read, reduce, write, report."""
    if len(argv) != 2 or not Path(argv[1]).is_file():
        print("usage: python tools/reduce_procedures.py PATH-TO-PARQUET", file=sys.stderr)
        return 2
    source = Path(argv[1])
    full = pl.read_parquet(source)
    small = reduce(full)
    OUT.mkdir(parents=True, exist_ok=True)
    target = OUT / "procedures.parquet"
    small.write_parquet(target, compression="zstd", compression_level=19, statistics=False)
    note = {
        "title": "行政手続等の悉皆調査結果等",
        "publisher": "デジタル庁",
        "url": "https://www.digital.go.jp/resources/procedures-survey-results",
        "edition": "2025-07-29",
        "input": {"rows": full.height, "columns": full.width, "sha256": sha256(source)},
        "rows": small.height,
        "municipal": small.filter(pl.col("counter") == "municipal").height,
        "unknown_counter": small.filter(pl.col("counter") == "unknown").height,
        "without_count": small["total"].null_count(),
        "sha256": sha256(target),
        "rule": "手続類型が「申請等」で、提出先に市役所・町村役場、上下水道局、消防本部、消防署、地域包括支援センターのどれかがあるもの。"
        "加えて、受け手が地方等で提出先の記入がなく、「地方の事務でない」とされていないもの（市区町村かどうかは不明）。",
        "counts": "件数は全国の年間件数。0 と書かれた件数は「なし」と「不明」を区別できないため、件数の記載なしとする。",
        "terms": "出典を示して使う。デジタル庁の利用条件は、リリースの前に確かめる。",
    }
    (OUT / "procedures.json").write_text(
        json.dumps(note, ensure_ascii=False, indent=2) + "\n", encoding="utf-8"
    )
    print(
        f"{small.height} rows, {target.stat().st_size // 1024} KB, {note['without_count']} without a yearly count"
    )
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv))
