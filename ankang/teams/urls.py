"""Addresses of friends and of one's team."""

from django.urls import path

from ankang.teams import views

app_name = "teams"
urlpatterns = [
    path("friends/", views.friends, name="friends"),
    path("friends/opening/", views.start_friends, name="open"),
    path("friends/leaving/", views.stop_friends, name="leave"),
    path("friends/code/", views.change_code, name="code"),
    path("friends/with/", views.find_code, name="find"),
    path("friends/with/<slug:code>/", views.ask, name="ask"),
    path("friends/<int:pk>/accept/", views.accept, name="accept"),
    path("friends/<int:pk>/end/", views.end, name="end"),
    path("friends/<int:pk>/block/", views.block, name="block"),
    path("friends/blocks/<int:pk>/end/", views.stop_blocking, name="unblock"),
    path("team/", views.team, name="team"),
    path("team/joining/", views.join, name="join"),
    path("team/leaving/", views.leave_team, name="leave-team"),
]
