"""POST /admin/search/reindex: build the index of all plans anew and put it in the place of the old one.

Writes and searches go on meanwhile.
"""

from payerworks.http import http_operation
from payerworks.request import Answer, Request
from search import repository
from search.answers import reindex_answer, require_search


@http_operation(answers={202: "search.models.Reindex"}, errors=(409, 503))
def handler(request: Request) -> Answer:
    require_search()
    job = repository.begin("reindex", "", request.id, alone=True)
    return Answer(202, reindex_answer(job))
