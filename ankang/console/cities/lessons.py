"""Checking what is learned: lessons and courses."""

from collections import Counter
from pathlib import Path

from markdown_it import MarkdownIt

from ankang.attachments.contents import file_type
from ankang.attachments.models import Attachment
from ankang.console.cities.parse import Folder, Record
from ankang.console.cities.questions import exam_question, read_questions
from ankang.console.cities.specs import CitySpec, CourseSpec, LessonSpec
from ankang.content.bodies import clean_body
from ankang.content.models import Courseware
from ankang.core.errors import Refusal


def read_lessons(folder: Folder, spec: CitySpec) -> None:
    """Read questions, lessons and courses into the specification."""
    strands = [one.code for one in spec.strands]
    read_questions(folder, spec)
    for file in folder.names("lessons", "*/lesson.toml"):
        record = folder.toml(file)
        if record is not None:
            spec.lessons.append(_lesson(folder, record, strands))
    for file in folder.names("courses", "*.toml"):
        record = folder.toml(file)
        if record is not None:
            spec.courses.append(_course(record, spec))


def _lesson(folder: Folder, record: Record, strands: list[str]) -> LessonSpec:
    place = Path(record.file).parent
    slug = record.text("slug", most=50)
    if slug != place.name:
        record.wrong("slug", f"slug 应当和文件夹同名：{place.name}")
    kind = record.choice("kind", Courseware.Kind.values)
    strand = record.choice("strand", strands)
    topic = record.text("topic", most=40, optional=True)
    title = record.text("title", most=60)
    seconds = record.integer("duration_seconds", least=1)
    questions = [
        exam_question(one, f"{slug}-{number}", strand, topic)
        for number, one in enumerate(record.tables("question"), start=1)
    ]
    if not questions:
        record.wrong("question", "每节课至少要有一道课后小题")
    for number, question in enumerate(questions):
        if question.at_second > seconds:
            record.folder.wrong(
                record.file,
                record.lines.get(("question", number, "at_second"), record.line),
                f"at_second 超过了课的长度 {seconds} 秒",
            )
    body = folder.read_text(f"{place.as_posix()}/body.md") or ""
    made = LessonSpec(
        slug=slug,
        title=title,
        strand=strand,
        kind=kind,
        summary=record.text("summary", most=200, optional=True),
        topic=topic,
        duration_seconds=seconds,
        sources=record.texts("sources", optional=True),
        body_html=body_html(body, title),
        video=_media(folder, place, "video.*", Attachment.Kind.VIDEO),
        captions=_media(folder, place, "captions.vtt", Attachment.Kind.CAPTIONS),
        poster=_media(folder, place, "poster.*", Attachment.Kind.IMAGE),
        questions=questions,
    )
    if kind == Courseware.Kind.VIDEO and made.video is None:
        record.wrong("kind", "形式是视频，却没有 video.mp4 或 video.webm")
    record.done()
    return made


def body_html(text: str, title: str) -> str:
    """Markdown as safe HTML, without the heading that repeats the title."""
    lines = text.lstrip().split("\n")
    if lines[0].strip() == f"# {title}":
        lines = lines[1:]
    html = MarkdownIt("commonmark").enable("table").render("\n".join(lines))
    return clean_body(html)


def _media(
    folder: Folder, place: Path, pattern: str, kind: Attachment.Kind
) -> Path | None:
    found = folder.names(place.as_posix(), pattern)
    if not found:
        return None
    path = folder.root / found[0]
    with path.open("rb") as content:
        try:
            file_type(kind, content)
        except Refusal as refusal:
            folder.wrong(found[0], 1, str(refusal))
    return path


def _course(record: Record, spec: CitySpec) -> CourseSpec:
    exam = record.table("exam")
    draw = exam.table("questions_per_strand")
    bank = Counter(question.strand for question in spec.questions)
    for strand, wanted in draw.rest().items():
        if not isinstance(wanted, int) or wanted > bank[strand]:
            exam.wrong(
                "questions_per_strand",
                f"{strand} 要抽 {wanted} 题，题库里有 {bank[strand]} 题",
            )
    audience = record.text("audience", optional=True)
    if audience not in {"", "all"}:
        record.wrong("audience", "audience 只能是 all，或者不写而写 industries、posts")
    made = CourseSpec(
        slug=record.text("slug", most=60),
        title=record.text("title", most=60),
        summary=record.text("summary", most=200, optional=True),
        year=record.integer("year", least=2000),
        is_required=record.flag("required"),
        industries=record.texts("industries", optional=True),
        posts=record.texts("posts", optional=True),
        lessons=record.texts("lessons"),
        exam_draw=dict(draw.values),
        exam_minutes=exam.integer("minutes", least=1),
    )
    known = {
        "lessons": {one.slug for one in spec.lessons},
        "industries": {one["code"] for one in spec.industries},
    }
    for key, slugs in (("lessons", made.lessons), ("industries", made.industries)):
        for slug in slugs:
            if slug not in known[key] or slugs.count(slug) > 1:
                record.wrong(key, f"{key} 里的 {slug} 不存在或者重复")
    exam.done()
    record.done()
    return made
