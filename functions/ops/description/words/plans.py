"""Words of plans, their search and their index."""

from ops.description.words.word import Words

PLAN_ID = "12xvxc345ssdsds-508"
_BOUNDS = {"gte": "at least this", "gt": "above this", "lte": "at most this", "lt": "below this"}
_AMOUNTS = {
    "deductible": ("deductible", 50),
    "copay": ("copay", 25),
    "coinsurance": ("coinsurance (a share, such as 0.2)", 0.2),
    "annualMaximum": ("annual maximum", 1500),
}
_OBJECT_ID = "Identifies the object; unique within its plan and chosen by the client: 1 to 256 bytes, no slash."

PLANS: Words = {
    "objectId": (_OBJECT_ID, "27283xvx9asdff-504"),
    "Plan.objectId": ("Identifies the plan within the tenant; chosen by the client and part of its URL.", PLAN_ID),
    "PlanSummary.objectId": ("The plan's id, as in its URL.", PLAN_ID),
    "FoundPlan.objectId": ("The plan's id, as in its URL.", PLAN_ID),
    "DeletedPlan.objectId": ("The id of the plan that is deleted.", PLAN_ID),
    "DeletedPlan.status": "Always `deleted`.",
    "objectType": "Says what the object is: each object of a plan has one fixed word.",
    "IndexedObject.objectType": (
        "What the object is, such as `plan`, `planservice` or `membercostshare`.",
        "planservice",
    ),
    "PlanSearchQuery.objectType": (None, "service"),
    "PlanSearchQuery.plan": (None, PLAN_ID),
    "objectId_prefix": (None, PLAN_ID[:4]),
    "_org": (
        "The organization that the object is from; plain data, access depends on the token's tenant.",
        "example.com",
    ),
    "planType": ("The kind of plan: `inNetwork`, `outOfNetwork` or another word.", "inNetwork"),
    "creationDate": ("When the plan was made, as its client wrote it: ISO 8601, or MM-DD-YYYY.", "12-12-2017"),
    "planCostShares": "What a member pays under the plan as a whole.",
    "linkedPlanServices": "The services that the plan covers, in the client's order.",
    "linkedService": "The service that is covered.",
    "planserviceCostShares": "What a member pays for this service.",
    "deductible": ("Dollars that a member pays before the plan pays anything.", 2000),
    "copay": ("Dollars that a member pays for each use of a service.", 23),
    "Service.name": ("What the service is called; search finds its words.", "Yearly physical"),
    "serviceCount": ("How many linked services the plan has.", 2),
    # History
    "PlanChange.version": ("The version that the change made; GET /v1/plan/{id}?version= reads it.", 3),
    "PlanChange.operation": "What was done to the plan.",
    "PlanChange.at": ("When the plan was changed: ISO 8601 in UTC.", "2026-11-29T10:15:00.123000Z"),
    "PlanChange.changed": (None, ["27283xvx9sdf-507"]),
    "changedCount": (None, 1),
    "asOf": (None, "2026-11-29T10:15:00Z"),
    # Search
    **{
        f"{amount}_{bound}": (f"Only what has a {name} of {words}; dollars unless it is a share.", example)
        for amount, (name, example) in _AMOUNTS.items()
        for bound, words in _BOUNDS.items()
    },
    "creationDate_gte": ("Only plans made on this day or later: ISO 8601, or MM-DD-YYYY.", "2017-12-12"),
    "creationDate_lte": ("Only plans made on this day or earlier: ISO 8601, or MM-DD-YYYY.", "2017-12-12"),
    "q": (None, "yearly physical"),
    "level": (None, "service"),
    "facets": (None, {"planType": [{"value": "inNetwork", "count": 2}]}),
    "PlanSearchQuery.facets": (None, "planType,_org"),
    "after": (None, "WyJtYWluIiwiMTJ4IiwzXQ.pQ7sX2v9"),
    "score": (None, 3.2),
    "matches": (
        None,
        [{"objectId": "27283xvx9asdff-504", "linkedService": {"name": "Yearly physical"}}],
    ),
    "matchCount": (None, 1),
    "FacetValue.value": ("A value of the field that found plans have.", "inNetwork"),
    "FacetValue.count": ("How many found plans have this value.", 2),
    # Indexed objects
    "planId": ("The id of the plan that the object is part of.", PLAN_ID),
    "parentId": (None, PLAN_ID),
    "IndexedObjectQuery.id": ("The `objectId` of the wanted object or, with `parent_type`, of its parent.", PLAN_ID),
    "parent_type": "Given, the children of the object with this id are listed; it says what that object is.",
    "IndexedObjectQuery.plan": (None, PLAN_ID),
}
