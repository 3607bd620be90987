from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from ankang.core.lists import Column, Filter, Listing, list_rows
from ankang.core.sheets import write_sheet
from ankang.organizations.models import Employer
from tests import make

COLUMNS = [
    Column("name", "单位", ("name",)),
    Column("headcount", "人数", ("headcount",), is_figure=True),
    Column("note", "备注"),
]


def listed(query: str) -> Listing:
    return list_rows(
        Employer.objects.all(),
        QueryDict(query),
        columns=COLUMNS,
        filters=[
            Filter(
                "size",
                "规模",
                [("small", "十人以下"), ("large", "十人及以上")],
                lambda rows, value: rows.filter(
                    **{
                        "headcount__lt" if value == "small" else "headcount__gte": 10,
                    }
                ),
            )
        ],
        search=lambda rows, text: rows.filter(name__contains=text),
    )


def test_a_list_is_searched_filtered_sorted_and_keeps_its_state_in_the_address() -> (
    None
):
    small = make.employer(name="示例甲店", headcount=3)
    large = make.employer(name="示例乙厂", headcount=30)
    larger = make.employer(name="示例丙厂", headcount=300)

    assert list(listed("q=店").rows) == [small]
    assert list(listed("size=large&sort=-headcount").rows) == [larger, large]
    assert list(listed("size=unknown&sort=note").rows.values_list("pk")) == list(
        Employer.objects.order_by("name", "pk").values_list("pk")
    )
    page = listed("q=厂&size=large&year=2020&sort=-headcount")
    assert page.count == 2
    assert [chip.label for chip in page.chips] == ["“厂”", "十人及以上"]
    assert page.chips[0].query == "?year=2020&size=large&sort=-headcount"
    assert [heading.direction for heading in page.headings] == ["", "descending", ""]


def test_a_list_shows_fifty_rows_a_page_and_a_wrong_page_is_the_nearest() -> None:
    for number in range(51):
        make.employer(name=f"示例{number:02d}店")

    assert len(listed("").page) == 50
    assert [row.name for row in listed("page=99").page] == ["示例50店"]
    assert listed("page=x").page.number == 1


def test_counting_and_showing_a_page_takes_two_queries(
    django_assert_num_queries: type[CaptureQueriesContext],
) -> None:
    make.employer()

    with django_assert_num_queries(2):
        assert len(list(listed("").page)) == 1


def test_a_sheet_holds_text_as_text_and_figures_as_figures() -> None:
    file = write_sheet(
        title="人员",
        headings=["姓名", "人数", "时间"],
        rows=[["=1+1", 3, make.MORNING], ["李四", None, make.MORNING.date()]],
    )

    with file:
        rows = list(load_workbook(file).active.values)

    assert rows[0] == ("姓名", "人数", "时间")
    assert rows[1] == ("=1+1", 3, "2020-09-01 09:00")
    assert rows[2] == ("李四", None, "2020-09-01")
