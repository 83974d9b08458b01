"""Invented families: common names thrown together, telephone numbers and mail addresses that cannot exist."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, timedelta

FAMILIES = (
    ("佐々木", "ささき"), ("山口", "やまぐち"), ("松本", "まつもと"), ("井上", "いのうえ"), ("木村", "きむら"),
    ("林", "はやし"), ("清水", "しみず"), ("山崎", "やまざき"), ("森", "もり"), ("池田", "いけだ"),
    ("橋本", "はしもと"), ("石川", "いしかわ"), ("前田", "まえだ"), ("藤田", "ふじた"), ("岡田", "おかだ"),
    ("後藤", "ごとう"), ("長谷川", "はせがわ"), ("村上", "むらかみ"), ("近藤", "こんどう"), ("坂本", "さかもと"),
)  # fmt: skip
PARENTS = (
    ("美咲", "みさき"), ("愛", "あい"), ("健太", "けんた"), ("彩香", "あやか"), ("大輔", "だいすけ"),
    ("麻衣", "まい"), ("翔太", "しょうた"), ("由佳", "ゆか"), ("直樹", "なおき"), ("千尋", "ちひろ"),
)  # fmt: skip
CHILDREN = (
    "陽葵",
    "蓮",
    "結愛",
    "湊",
    "紬",
    "律",
    "凛",
    "蒼",
    "芽依",
    "朝陽",
    "はる",
    "そら",
    "ひなた",
    "いと",
)


@dataclass(frozen=True, slots=True)
class Family:
    """A parent and a child."""

    parent: str
    reading: str
    child: str
    born: date
    telephone: str
    mail: str


def family(dice: random.Random, today: date) -> Family:
    """An invented family with a child of half a year to six years."""
    (name, reading), (given, given_reading) = dice.choice(FAMILIES), dice.choice(PARENTS)
    number = dice.randrange(10_000)
    return Family(
        parent=f"{name} {given}",
        reading=f"{reading} {given_reading}",
        child=f"{name} {dice.choice(CHILDREN)}",
        born=today - timedelta(days=dice.randrange(180, 2190)),
        telephone=f"0000-{dice.randrange(10, 99)}-{number:04}",
        mail=f"kazoku{number:04}@jumin.example",
    )
