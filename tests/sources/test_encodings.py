"""Files of many languages, in the encodings their programs write, are read as what they say."""

from __future__ import annotations

from typing import Final

import pytest

from templates_app.sources.alphabets import mixed_signs, odd_signs
from templates_app.sources.encodings import detect_encoding
from tests.sources.opening import source_from
from tests.sources.refusals import refusal

JAPANESE: Final = ("山田太郎", "鈴木花子", "株式会社日本製鉄", "東京都千代田区丸の内", "カタカナ テスト", "ひらがな")
WESTERN: Final = ("Müller", "Élodie Lefèvre", "François Château", "Noël", "Ærø", "Åsa Ström")
NAMES: Final = {
    "cp932": JAPANESE,
    "euc_jp": JAPANESE,
    "gb18030": ("王小明", "李四", "北京市海淀区中关村", "上海浦东新区", "有限公司"),
    "big5hkscs": ("王小明", "李四", "台北市信義區", "股份有限公司"),
    "cp949": ("김철수", "이영희", "서울특별시 강남구", "주식회사"),
    "koi8_r": ("Иванов", "Петрова Мария", "Сидоров"),
    "cp1251": ("Иванов", "Петрова Мария", "Сидоров"),
    "cp1253": ("Παπαδόπουλος", "Γιώργος", "Αθήνα", "Ελλάδα Εταιρεία"),
    "cp1254": ("Şükrü Öztürk", "İğdır", "Çağlayan", "Işık"),
    "cp1255": ("שלום", "ירושלים", "כהן"),
    "cp1256": ("محمد", "القاهرة", "شركة"),
    "cp1257": ("Jānis Bērziņš", "Liepāja", "Ģirts Ķēniņš"),
    "cp1250": ("Dvořák", "Příliš žluťoučký", "Čeněk"),
    "iso8859_2": ("Kovács Őrs", "Tűzoltó"),
    "iso8859_15": ("Œuvre 5 €", "Élodie", "Château"),
    "cp1252": WESTERN,
    "mac_roman": WESTERN,
    "cp850": ("Müller", "Größe", "Jürgen Bäcker", "François"),
    "utf-16-le": ("plain", "John"),
    "utf-16-be": ("Élodie", "John"),
    "utf-8": (*JAPANESE, *WESTERN),
}


def table(names: tuple[str, ...], encoding: str) -> bytes:
    rows = "".join(f"{number};{name};a{number}@example.org\n" for number, name in enumerate(names))
    return f"ID;Name;Email\n{rows}".encode(encoding)


@pytest.mark.parametrize("times", [1, 60], ids=["few", "many"])
@pytest.mark.parametrize("encoding", NAMES)
def test_the_names_of_a_table_are_read_as_they_were_written(encoding: str, times: int) -> None:
    names = NAMES[encoding] * times
    source = source_from(table(names, encoding), kind="csv")
    assert tuple(row.data["Name"] for row in source.rows()) == names


@pytest.mark.parametrize("encoding", ["cp932", "gb18030", "big5hkscs", "cp949", "cp1251", "cp1253", "cp1254", "koi8_r"])
def test_two_names_are_enough(encoding: str) -> None:
    names = NAMES[encoding][:2]
    source = source_from(table(names, encoding), kind="csv")
    assert tuple(row.data["Name"] for row in source.rows()) == names


@pytest.mark.parametrize(
    ("encoding", "names"),
    [
        ("cp1254", ("Gümüşhane", "Tekirdağ")),
        ("cp1254", ("Ayşe Yılmaz", "Çağrı Kılıç")),
        ("cp1254", ("Kırıkkale", "Kadıköy")),
        ("cp1254", ("İstanbul", "Hüseyin Şimşek")),
        ("cp1252", ("Þórður Jónsson", "Guðrún Ýr")),
        ("cp1252", ("Seyðisfjörður", "Helgi Þorláksson")),
        ("cp1252", ("Città del Vaticano", "Moldavia", "Jersey")),
        ("cp1252", ("Málaga", "Muñoz Ibáñez")),
        ("cp1250", ("Nový", "Černý")),
        ("cp1250", ("Łódź", "Kraków")),
        ("cp1252", ("José Muñoz Málaga", "Ángel Peña Cádiz") * 20),
        ("cp1252", ("Château Amélie", "Château Nîmes", "Château garçon")),
    ],
)
def test_letters_say_which_language_a_few_names_are_in(encoding: str, names: tuple[str, ...]) -> None:
    source = source_from(table(names, encoding), kind="csv")
    assert tuple(row.data["Name"] for row in source.rows()) == names


@pytest.mark.parametrize(
    ("text", "encoding", "odd"),
    [
        ("Guðrún Þóra", "cp1252", 0),
        ("Tekirdað", "cp1252", 0),
        ("Gümüþhane", "cp1252", 2),  # ü and þ are of no one language, and no h follows þ
        ("Kýrýkkale", "cp1252", 1),
        ("Novotný", "cp1250", 0),
        ("Novotný", "cp1252", 1),
        ("Gümüşhane, Kırıkkale", "cp1254", 0),
        ("Ærø, Señor", "cp1252", 1),
        ("a“b Ma±ana fooÉ", "cp1252", 3),
        ("Иванов", "cp1251", 0),
    ],
)
def test_signs_that_no_language_writes_so_are_counted(text: str, encoding: str, odd: int) -> None:
    assert odd_signs(text, encoding=encoding) == odd


@pytest.mark.parametrize(
    ("text", "mixed"), [("Cittа", 1), ("д'Ivoire", 0), ("Αθήνα Athens", 0), ("東京Tower 5ª 3µm", 0), ("naпve", 1)]
)
def test_scripts_that_meet_in_one_word_are_counted(text: str, mixed: int) -> None:
    assert mixed_signs(text) == mixed


def test_a_byte_far_below_that_the_likeliest_one_does_not_know_leads_to_the_next() -> None:
    text = table(WESTERN, "cp1252") + b"x;plain;\n" * 300_000 + b"7;\x81;\n"
    assert detect_encoding(memoryview(text)) not in ("cp1252", "utf-8")
    source_from(text, kind="csv")


def test_bytes_that_no_language_writes_are_still_read_as_something() -> None:
    every = bytes(range(128, 256))
    assert len(every.decode(detect_encoding(memoryview(every)))) == 128


def test_a_letter_of_several_bytes_may_lie_across_the_parts_a_file_is_read_in() -> None:
    text = table(("x" + "".join(JAPANESE) * 20_000,), "euc_jp")
    assert detect_encoding(memoryview(text)) == "euc_jp"


def test_text_that_ends_in_the_middle_of_a_letter_is_no_utf_8() -> None:
    assert detect_encoding(memoryview("Zoé".encode()[:-1])) != "utf-8"
    error = refusal(lambda: source_from("ID;Name\n1;Zoé".encode()[:-1], kind="csv", encoding="utf-8"))
    assert error.problem.code == "undecodable"
