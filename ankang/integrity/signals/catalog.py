"""All signals: what finds them, what staff read, and which thresholds they have."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from ankang.integrity.models import Signal
from ankang.integrity.signals import exams, practice, together, watching
from ankang.integrity.signals.findings import Finding, Scope
from ankang.policies.thresholds import Thresholds

Code = Signal.Code


@dataclass(frozen=True)
class Entry:
    """A signal. The braces of its sentence are the names of its thresholds."""

    code: Signal.Code
    find: Callable[[Scope], Iterator[Finding]]
    sentence: str
    doubt: str
    is_weak: bool = False

    def told(self, thresholds: Thresholds) -> str:
        """The sentence with the thresholds of an edition."""
        return self.sentence.format_map(vars(thresholds))


ENTRIES = [
    Entry(
        Code.IMPOSSIBLE_HOURS,
        watching.impossible_hours,
        "一天里播放活动超过 {day_open_hours} 小时。",
        "也可能是单位整天集中培训；看中间有没有歇息。",
    ),
    Entry(
        Code.TWO_DEVICES,
        watching.two_devices,
        "一天里被另一台设备接走 {device_switches} 次以上，接走后仍申报 "
        "{device_refused_seconds} 秒以上。",
        "也可能是手机和电脑换着看；那样被接走的一台不会继续申报。",
    ),
    Entry(
        Code.SHARED_DEVICE,
        together.shared_device,
        "一台设备 30 天内供 {device_people} 人以上学习。",
        "也可能是单位培训室的公用电脑；看各人是先后学还是交替学，问单位。",
    ),
    Entry(
        Code.LOCKSTEP,
        together.lockstep,
        "{lockstep_people} 人以上连续 {lockstep_lessons} 课同起同止，相差不到 "
        "{lockstep_seconds} 秒。",
        "集中培训时大家先后点开，不会每一课都同起同止。",
    ),
    Entry(
        Code.NIGHT_SESSION,
        watching.night_session,
        "{night_from_hour} 点到 {night_until_hour} 点之间学了 {night_hours} 小时以上。",
        "夜班职工也会这样，单凭这一条不能认定。",
        is_weak=True,
    ),
    Entry(
        Code.REFUSED_BEATS,
        watching.refused_beats,
        "一天里申报格式不对或超过时钟 {refused_times} 次以上，或倍速、拖动被拒 "
        "{soft_refused_times} 次以上，或报送次数是正常的 {beat_flood} 倍。",
        "拖动和倍速也可能只是好奇；格式不对、超过时钟不是正常播放会有的。",
    ),
    Entry(
        Code.ABSENT,
        watching.absent,
        "一天里 {missed_checks} 次以上在场确认没有回应，播放一直不停。",
        "也可能是看睡着了；被拒的时间本来就没有计。",
    ),
    Entry(
        Code.FAST_EXAM,
        exams.fast_exam,
        "考试合格，平均每题不到 {question_seconds} 秒。",
        "也可能是第二、三次考，题目已经熟悉。",
    ),
    Entry(
        Code.SAME_TIMING,
        exams.same_timing,
        "每题用时几乎一样，或与他人逐题相差不到 {timing_tolerance_seconds} 秒。",
        "真人答题的快慢不会这样整齐；补传的答案已经除外。",
    ),
    Entry(
        Code.PERFECT_CLUSTER,
        exams.perfect_cluster,
        "同单位 {cluster_people} 人以上在 {cluster_minutes} 分钟内交出满分卷。",
        "也可能是集中培训后一起考；看用时和平时成绩。",
    ),
    Entry(
        Code.SAME_MISTAKES,
        exams.same_mistakes,
        "同单位 {mistakes_people} 人以上在 {mistakes_same} 道题以上选了同一个错项，"
        "而全市多数人答得对。",
        "也可能是培训时就讲错了；常错的题已经除外。",
    ),
    Entry(
        Code.FAST_PRACTICE,
        practice.fast_practice,
        "一天里有 {practice_quick} 题以上练习答得比读题还快。",
        "也可能是孩子拿着手机乱点，或想快点翻看解析；这些作答本来就不算练习、不给积分。",
        is_weak=True,
    ),
]
BY_CODE = {entry.code: entry for entry in ENTRIES}
