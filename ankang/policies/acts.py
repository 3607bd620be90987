"""What may be worth points (积分): the acts that an edition can name."""

from django.db import models


class Act(models.TextChoices):
    """An act that an edition may reward, or list as not offered here (行为)."""

    SIGN_IN = "sign_in", "登录"
    ARTICLE = "article", "阅读文章"
    ARTICLE_MINUTE = "article_minute", "文章时长"
    VIDEO = "video", "视听学习"
    VIDEO_MINUTE = "video_minute", "视听时长"
    LESSON = "lesson", "微课"
    CASE_RECALL = "case_recall", "案例回想"
    DAILY = "daily", "每日答题"
    WEEKLY = "weekly", "每周答题"
    SPECIAL = "special", "专项答题"
    CHALLENGE = "challenge", "挑战答题"
    HAZARD = "hazard", "隐患找茬"
    REVIEW = "review", "间隔复习"
    VERSUS = "versus", "四人赛"
    DUEL = "duel", "双人对战"
    TEAM = "team", "班组活动"
    SUBSCRIBE = "subscribe", "订阅"
    FAVORITE = "favorite", "收藏"
    SHARE = "share", "分享"
    COMMENT = "comment", "发表观点"
    LOCAL_CHANNEL = "local_channel", "本地频道"
    SPORT = "sport", "强国运动"
    CORRECTION = "correction", "更正"
