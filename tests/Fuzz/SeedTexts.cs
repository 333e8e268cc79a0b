namespace ParquetPool.Fuzz;

/// <summary>Good inputs that are texts, by their paths in the stage.</summary>
internal static class SeedTexts
{
    public static readonly IReadOnlyDictionary<string, string> All = new Dictionary<string, string>
    {
        ["network.json"] = """{"layers": [{"type": "dense", "units": 8, "activation": "relu", "batchNorm": true, "dropout": 0.5}]}""",
        ["networks/image.json"] = """{"image": [1, 2, 2], "layers": [{"type": "conv", "channels": 2, "kernel": 1, "activation": "relu"}, {"type": "channelDropout", "rate": 0.25}, {"type": "flatten"}, {"type": "dense", "units": 4}]}""",
        ["labels/labels.csv"] = "id,label,annotator,seconds,time,ground_truth\n" + string.Concat(Enumerable.Range(0, 30).Select(i => $"r{i},{"abc"[i % 3]},ada,{i % 9}.5,2026-01-0{1 + (i % 9)},\n")),
        ["labels/label-studio.json"] = """
            [{"id": 1, "data": {"row_id": "r1", "text": "x"}, "annotations": [{"id": 11, "completed_by": {"id": 1, "email": "a@b.c"}, "was_cancelled": false, "ground_truth": false, "lead_time": 2.5, "created_at": "2026-01-01T00:00:00Z", "updated_at": "2026-01-02T00:00:00Z", "result": [{"type": "choices", "from_name": "label", "to_name": "text", "value": {"choices": ["a"]}}]}], "predictions": []},
             {"id": 2, "data": {"row_id": "r2"}, "annotations": [{"id": 12, "completed_by": 2, "was_cancelled": true, "result": []}]},
             {"id": 3, "data": {"row_id": "r3"}, "annotations": [{"id": 13, "result": [{"type": "taxonomy", "from_name": "label", "value": {"taxonomy": [["b"]]}}]}]}]
            """,
        ["labels/min.json"] = """[{"id": 1, "row_id": "r1", "label": "a", "annotator": 1, "annotation_id": 3, "lead_time": 4.5, "updated_at": "2026-01-01T00:00:00Z"}, {"id": 2, "row_id": "r2", "label": "b"}]""",
        ["labels/storage.json"] = """{"id": 7, "completed_by": {"email": "a@b.c"}, "result": [{"type": "choices", "from_name": "label", "value": {"choices": ["a"]}}], "task": {"id": 5, "data": {"row_id": "r5"}}}""",
        ["labels/project.csv"] = "row_id,label,annotator,annotation_id,lead_time,updated_at,withdrawn\nr1,a,1,1,2.5,2026-01-01T00:00:00Z,\nr2,\"{\"\"choices\"\": [\"\"b\"\"]}\",2,2,1,1760000000,\nr3,,2,3,,,yes\n",
        ["labels/prodigy.jsonl"] = """
            {"text": "x", "meta": {"row_id": "r1"}, "accept": ["a"], "answer": "accept", "_task_hash": 1, "_annotator_id": "ada", "_timestamp": 1760000000}
            {"text": "y", "id": "r2", "label": "b", "answer": "reject", "_input_hash": 1}
            """,
        ["labels/doccano.jsonl"] = """
            {"id": 2000, "text": "x", "label": ["a"], "Comments": [], "row_id": "r1"}
            {"id": 2001, "text": "y", "label": ["b"], "row_id": "r2"}
            """,
        ["labels/labelbox.ndjson"] = """{"data_row": {"id": "clx", "global_key": "r1"}, "projects": {"p": {"labels": [{"label_details": {"created_by": "a@b.c", "created_at": "2026-01-01T00:00:00Z"}, "annotations": {"classifications": [{"name": "label", "radio_answer": {"name": "a"}}]}}]}}}""",
        ["labels/argilla.json"] = """[{"id": "r1", "fields": {"text": "x"}, "suggestions": {"label": {"value": "b"}}, "responses": {"label": [{"value": "a", "user_id": "u"}]}}, {"id": "r2", "responses": {"label": [{"value": "c", "user_id": "v"}]}}]""",
        ["labels/argilla-items.json"] = """{"items": [{"id": "r1", "responses": [{"values": {"label": {"value": "a"}}, "status": "submitted", "user_id": "u"}, {"values": {"label": {"value": "b"}}, "status": "draft", "user_id": "v"}]}]}""",
        ["labels/datumaro.json"] = """{"info": {}, "categories": {"label": {"labels": [{"name": "a"}, {"name": "b"}]}}, "items": [{"id": "r1", "annotations": [{"type": "label", "label_id": 1}]}]}""",
        ["labels/cvat.xml"] = """<?xml version="1.0"?><annotations><version>1.1</version><image id="0" name="r1" width="2"><tag label="a" source="manual"/><box label="b"/></image><image id="1" name="r2"><tag label="c"/></image></annotations>""",
        ["judgements.csv"] = "TestID,TrainID,Judgment,Kind,Judge\nq0,r0,0,test-train,ada\nq3,r3,1,test-train,ada\nq6,r6,3,,\n",
        ["jobs.json"] = """
            {"jobs": [
              {"name": "nightly", "command": "score", "options": {"model": "models/t", "pool": ["pool"], "out": "scored", "top": 20, "passes": 4, "on-bad-rows": "reject"},
               "triggers": [{"cron": "30 2 * * MON-FRI", "timeZone": "Europe/Berlin", "misfire": "skip"}, {"newShards": "pool", "quiet": "1m"}, {"newRound": "models/t"}],
               "overlap": "queue", "retries": 3, "backOff": "10s", "timeLimit": "1.5h", "keep": 2, "deliver": [{"folder": "inbox"}, {"webhook": "https://labels.example/hook", "secretFile": "token.txt"}]},
              {"name": "query", "command": "select", "options": {"scores": "{nightly}", "top": 5, "strategy": "power", "out": "query"}, "triggers": [{"after": "nightly"}]},
              {"name": "tasks", "command": "tasks", "options": {"rows": "{query}/selected.csv", "pool": "pool", "out": "tasks"}, "triggers": [{"after": "query"}]},
              {"name": "copies", "command": "audit", "options": {"within": "pool", "threshold": 0.98, "out": "audited"}}]}
            """,
        ["token.txt"] = "a-secret-of-more-than-sixteen-characters\n",
        ["cluster.txt"] = "Host=db;Port=5432;Database=scorer;Username=scorer;Password=secret;Timeout=3\n",
        ["arguments.txt"] = "{s}/onnx/trained.onnx\n--output\nlogits\n",
        ["cron.txt"] = "*/15 2-5,7 1,15 JAN-JUN MON-FRI\n",
        ["names.txt"] = "ankle boot\nbag\ncoat\n",
        ["hierarchy.json"] = """{"ab": ["a", "b"], "all": ["ab", "c"]}""",
        ["answers.csv"] = "id,question,answer,annotator,time\nr31,ab,yes,ada,2026-01-01T00:00:00Z\nr32,ab,no,ada,\nr33,c,no,bob,\nr34,a,no,,\n",
        ["listed.csv"] = "id\nr1\nr2\nr3\n",
        ["table/_delta_log/00000000000000000002.json"] = """
            {"commitInfo":{"timestamp":0,"operation":"WRITE"}}
            {"remove":{"path":"b.parquet","deletionTimestamp":0,"dataChange":true,"partitionValues":{}}}
            {"add":{"path":"c.parquet","partitionValues":{},"size":1,"modificationTime":0,"dataChange":true,"stats":"{}"}}

            """,
        ["stream/_spark_metadata/0"] = "v1\n{\"path\":\"file:///x/stream/a.parquet\",\"size\":1,\"isDir\":false,\"modificationTime\":0,\"blockReplication\":1,\"blockSize\":1,\"action\":\"add\"}\n",
        ["ids.txt"] = "r1\nr2\nr3\n",
        ["state/schedule.json"] = """{"nightly": "2026-01-01T00:00:00+00:00"}""",
        ["state/runs/nightly/2026-01-01T00-00-00Z.json"] = """
            {"job": "nightly", "id": "2026-01-01T00-00-00Z", "cause": "cron", "due": "2026-01-01T00:00:00+00:00", "out": "/x/2026-01-01T00-00-00Z", "state": "succeeded", "attempts": 1, "started": "2026-01-01T00:00:01+00:00",
             "seen": {"a": "b"}, "summary": {"command": "score", "rows": 60}, "deliveries": []}
            """,
        ["state/set-aside.json"] = """[{"source": "/x/a.json", "version": "ab", "reason": "no labels", "timeUtc": "2026-01-01T00:00:00+00:00"}]""",
    };
}
