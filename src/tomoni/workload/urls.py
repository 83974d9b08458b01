"""Addresses of the room."""

from django.urls import path

from tomoni.workload.views import export, hours, intakes, procedures, rank, tasks

app_name = "workload"
urlpatterns = [
    path("", hours.index, name="index"),
    path("hours/", hours.hours, name="hours"),
    path("hours/csv/", export.hours_csv, name="hours_csv"),
    path("hours/how/", hours.how, name="how"),
    path("hours/candidates/", rank.candidates, name="candidates"),
    path("hours/candidates/csv/", export.candidates_csv, name="candidates_csv"),
    path("hours/candidates/choose/", rank.choose, name="choose_candidate"),
    path("hours/sections/<slug:key>/", hours.section, name="section"),
    path("tasks/", tasks.tasks, name="tasks"),
    path("tasks/csv/", export.tasks_csv, name="tasks_csv"),
    path("tasks/<str:task_id>/", tasks.task, name="task"),
    path("procedures/", procedures.procedures, name="procedures"),
    path("procedures/csv/", export.procedures_csv, name="procedures_csv"),
    path("procedures/<slug:procedure_id>/", procedures.procedure, name="procedure"),
    path("intakes/", intakes.intakes, name="intakes"),
    path("intakes/new/", intakes.new, name="intake_new"),
    path("intakes/samples/<str:name>", intakes.sample, name="sample"),
    path("intakes/<int:pk>/", intakes.intake, name="intake"),
    path("intakes/<int:pk>/columns/", intakes.map_columns, name="intake_columns"),
    path("intakes/<int:pk>/decide/", intakes.decide, name="intake_decide"),
    path("intakes/<int:pk>/undo/", intakes.undo, name="intake_undo"),
    path("intakes/<int:pk>/problems.csv", intakes.problems_csv, name="intake_problems"),
]
