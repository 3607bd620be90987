"""What can be wrong with a roster: stable codes, and what to do about each."""

from enum import StrEnum


class Code(StrEnum):
    """The code of a mistake. Other systems read them: they never change meaning."""

    UNREADABLE = "unreadable"
    NO_HEADING = "no-heading"
    COLUMN_MISSING = "column-missing"
    COLUMN_REPEATED = "column-repeated"
    ROW_SKIPPED = "row-skipped"
    NAME_MISSING = "name-missing"
    NAME_ODD = "name-odd"
    NAME_LONG = "name-long"
    ID_MISSING = "id-missing"
    ID_AS_NUMBER = "id-as-number"
    ID_OLD = "id-15-digits"
    ID_LENGTH = "id-length"
    ID_FORM = "id-form"
    ID_DATE = "id-date"
    ID_CHECK = "id-check"
    ID_KIND = "id-kind"
    ID_DUPLICATE = "id-duplicate"
    ID_FOREIGN = "id-foreign"
    ID_NEARLY = "id-one-character"
    ID_OTHER_NAME = "id-other-name"
    AGE_CHILD = "age-under-16"
    AGE_MINOR = "age-under-18"
    MOBILE_MISSING = "mobile-missing"
    MOBILE_LENGTH = "mobile-length"
    MOBILE_FORM = "mobile-form"
    MOBILE_DUPLICATE = "mobile-duplicate"
    MOBILE_TAKEN = "mobile-taken"
    POST_LONG = "post-long"
    KIND_UNKNOWN = "kind-unknown"
    FORMULA = "formula"
    CONTROL = "control-character"
    KEPT = "kept"


ADVICE = {
    Code.UNREADABLE: "换一个文件，或用 Excel 打开后另存为 .xlsx",
    Code.NO_HEADING: "下载模板，或给表格加上一行列名",
    Code.COLUMN_MISSING: "补上这一列，或把列名改成模板里的写法",
    Code.COLUMN_REPEATED: "如果看错了列，删去多余的一列",
    Code.ROW_SKIPPED: "如果这一行是人员，补全姓名、证件号码和手机号",
    Code.NAME_MISSING: "补上姓名",
    Code.NAME_ODD: "对照身份证改正，只留文字和间隔号",
    Code.NAME_LONG: "对照身份证改正，最多 50 个字",
    Code.ID_MISSING: "补上证件号码",
    Code.ID_AS_NUMBER: "请把这一列设为文本，再重新填写完整的号码",
    Code.ID_OLD: "改填 18 位的公民身份号码",
    Code.ID_LENGTH: "对照身份证补全 18 位",
    Code.ID_FORM: "对照证件改正",
    Code.ID_DATE: "对照身份证改正第 7 到 14 位的出生日期",
    Code.ID_CHECK: "对照身份证改正",
    Code.ID_KIND: "改成居民身份证、港澳台通行证、居住证、永久居留身份证或护照",
    Code.ID_DUPLICATE: "删去一行",
    Code.ID_NEARLY: "对照身份证核对；确实是更正的，勾选“按更正处理”",
    Code.ID_FOREIGN: "对照身份证核对；号码确实登记错了的，请本人联系人社部门更正",
    Code.ID_OTHER_NAME: "对照身份证核对姓名和证件号码",
    Code.AGE_CHILD: "核对出生日期，不能参训",
    Code.AGE_MINOR: "未成年工，不得安排国家禁止的劳动",
    Code.MOBILE_MISSING: "补上本人的手机号，登录时要用",
    Code.MOBILE_LENGTH: "补全 11 位手机号",
    Code.MOBILE_FORM: "改填本人的 11 位手机号，不填座机",
    Code.MOBILE_DUPLICATE: "每人填自己的手机号",
    Code.MOBILE_TAKEN: "核对后填本人的手机号",
    Code.POST_LONG: "缩短到 40 个字以内",
    Code.KIND_UNKNOWN: "改成合同工、劳务派遣、实习、灵活就业或新业态",
    Code.FORMULA: "复制后选“粘贴为数值”，去掉公式",
    Code.CONTROL: "删去看不见的字符，重新输入",
    Code.KEPT: "确实要改的，请本人联系人社部门",
}
