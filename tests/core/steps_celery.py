"""Celery tasks that are listed as steps."""

from celery import Celery, shared_task

app = Celery("steps", set_as_current=False)


@app.task
def fetch(state, context):
    return {"run_id": context.run_id}


@app.task(bind=True)
def name_itself(self, state):
    return {"name": self.name}


@shared_task
def count(state):
    state.count = 1
