using System.IO.Compression;
using System.Text;
using ParquetPool.Contract;
using ParquetPool.Errors;
using ParquetPool.Exports;
using ParquetPool.Storage;

namespace ParquetPool.Shared.Tests.Exports;

/// <summary>Exports of labelling tools, each in the shapes that people get them in.</summary>
public sealed class ToolExportTests : IDisposable
{
    private const string Task = """{"id": 5, "data": {"row_id": "a"}, "annotations": [{"id": 1, "result": [{"type": "choices", "from_name": "label", "value": {"choices": ["cat"]}}]}], "predictions": [{"result": [{"type": "choices", "from_name": "label", "value": {"choices": ["dog"]}}]}]}""";
    private readonly TestFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("[" + Task + "]")]
    [InlineData(Task)]
    [InlineData("\uFEFF" + Task + "\n")]
    [InlineData("""{"total": 1, "tasks": [""" + Task + """], "next": null}""")]
    [InlineData("""{"count": 1, "results": [""" + Task + "]}")]
    [InlineData("""{"id": 1, "result": [{"type": "choices", "from_name": "label", "value": {"choices": ["cat"]}}], "task": {"id": 5, "data": {"row_id": "a"}}}""")]
    [InlineData("""[{"data": {"row_id": "a"}, "completions": [{"result": [{"type": "taxonomy", "from_name": "label", "value": {"taxonomy": [["cat"]]}}]}]}]""")]
    [InlineData("""[{"row_id": "a", "id": 9, "label": "cat", "annotator": 1, "annotation_id": 3}]""")]
    [InlineData("""{"id": 2000, "text": "x", "label": ["cat"], "row_id": "a"}""")]
    [InlineData("{\"id\": \"a\", \"label\": [\"cat\"]}\r\n\r\n")]
    [InlineData("""{"text": "x", "meta": {"row_id": "a"}, "accept": ["cat"], "answer": "accept", "_task_hash": 1}""")]
    [InlineData("""{"text": "x", "id": "a", "label": "cat", "answer": "accept", "_input_hash": 1}""")]
    [InlineData("""{"id": "a", "question": "Which animal is it?", "answer": "The one that purrs.", "label": "cat"}""")]
    [InlineData("""{"source": "x", "id": "a", "label": 0, "label-metadata": {"class-name": "cat", "confidence": 0.9, "type": "groundtruth/text-classification"}}""")]
    [InlineData("""{"source": "x", "id": "a", "label": [4], "label-metadata": {"class-map": {"4": "cat"}}}""")]
    [InlineData("""{"id": "a", "text": "x", "prediction": [["dog", 0.9]], "annotation": "cat", "annotation_agent": "ben", "status": "Validated"}""")]
    [InlineData("""{"data_row": {"id": "clx", "global_key": "a"}, "projects": {"p": {"labels": [{"annotations": {"classifications": [{"name": "label", "radio_answer": {"name": "cat"}}]}}]}}}""")]
    [InlineData("""[{"id": "a", "fields": {}, "suggestions": {"label": {"value": "dog"}}, "responses": {"label": [{"value": "cat", "user_id": "u"}]}}]""")]
    [InlineData("""{"items": [{"id": "a", "responses": [{"values": {"label": {"value": "cat"}}, "status": "submitted", "user_id": "u"}, {"values": {"label": {"value": "dog"}}, "status": "draft", "user_id": "v"}]}]}""")]
    [InlineData("""{"info": {}, "categories": {"label": {"labels": [{"name": "dog"}, {"name": "cat"}]}}, "items": [{"id": "a", "annotations": [{"type": "label", "label_id": 1}]}]}""")]
    [InlineData("""<?xml version="1.0"?><annotations><version>1.1</version><image id="0" name="a" width="2"><tag label="cat" source="manual"/><box label="dog"/></image></annotations>""")]
    public void Its_label_is_read(string text)
    {
        var sheet = Read(text);

        sheet.Entries.Select(e => (e.Id, e.Label)).Should().Equal(("a", "cat"));
        sheet.Notes.Should().BeEmpty();
    }

    [Theory]
    [InlineData("""[{"data": {"row_id": "a"}, "annotations": [], "predictions": [{"result": []}]}]""", "1 tasks have predictions and no annotation, and are not labelled yet")]
    [InlineData("""[{"data": {"row_id": "a"}, "annotations": [], "drafts": [{"result": []}]}]""", "1 tasks have drafts and no annotation, and are not labelled yet")]
    [InlineData("""{"data_row": {"global_key": "a"}, "projects": {"p": {"labels": [{"performance_details": {"skipped": true}, "annotations": {"classifications": [{"name": "label", "radio_answer": {"name": "cat"}}]}}]}}}""", "1 labels were skipped and count for nothing")]
    [InlineData("""[{"id": "a", "label": [0, 0, 1]}]""", "1 labels name several classes and are left out")]
    [InlineData("""[{"id": "a", "label": [1, 1]}]""", "1 labels name several classes and are left out")]
    public void Why_there_is_no_label_is_told(string text, string note)
    {
        var sheet = Read(text);

        sheet.Entries.Where(e => !e.IsWithdrawn).Should().BeEmpty();
        sheet.Notes.Should().ContainSingle().Which.ToString().Should().StartWith(note);
    }

    [Fact]
    public void Rows_that_are_asked_about_already_are_known_by_their_tasks()
    {
        File.WriteAllText(folder.File("open.json"), """[{"data": {"row_id": "a"}, "annotations": [], "predictions": []}, {"data": {"row_id": "b"}, "annotations": [{"id": 1, "result": []}]}]""");

        LabelSheet.ReadIds(folder.File("open.json")).Distinct().Should().BeEquivalentTo("a", "b");
    }

    [Theory]
    [InlineData("""{"data_row": {"global_key": "a"}, "projects": {"p": {"labels": [{"annotations": {"classifications": [{"name": "label", "radio_answer": {"name": "cat"}}]}}], "project_details": {"workflow_status": "IN_REWORK"}}}}""", "1 data rows are IN_REWORK in their workflow, and their labels count all the same")]
    [InlineData("""{"meta": {"row_id": "a"}, "options": [{"id": 0, "text": "dog"}, {"id": 1, "text": "cat"}], "accept": [1], "answer": "accept", "_input_hash": 1}""", "1 labels are the numbers of options, which the file calls 0 dog, 1 cat")]
    [InlineData("""[{"id": "a", "label": "cat", "status": "Pending"}]""", "1 labels are marked 'Pending' in status and count all the same")]
    public void What_a_label_counts_for_all_the_same_is_told(string text, string note)
    {
        var sheet = Read(text);

        sheet.Entries.Should().ContainSingle().Which.IsWithdrawn.Should().BeFalse();
        sheet.Notes.Should().ContainSingle().Which.ToString().Should().StartWith(note);
    }

    [Theory]
    [InlineData("3", "3")]
    [InlineData("3.0", "3")]
    [InlineData("true", "true")]
    [InlineData("null", null)]
    [InlineData("\"nan\"", null)]
    [InlineData("[]", null)]
    public void A_label_in_JSON_is_spelled_as_everywhere(string value, string? label) =>
        Read($$"""[{"id": "a", "label": {{value}}}]""").Entries.Select(e => e.Label).SingleOrDefault().Should().Be(label);

    [Theory]
    [InlineData("""[{"data": {"row_id": "a"}, "annotations": [{"result": [{"type": "choices", "from_name": "quality", "value": {"choices": ["bad"]}}]}]}]""", "*no annotation chooses a class with a control called label, it has quality (1 times): name the control*--control*")]
    [InlineData("""[{"data": {"row_id": "a"}, "annotations": [{"result": [{"type": "choices", "from_name": "label", "value": {"start": 0, "end": 5, "choices": ["bad"]}}]}]}]""", "*it has label on marked regions (1 times)*")]
    [InlineData("""[{"data": {"row_id": "a"}, "annotations": [{"result": [{"type": "labels", "from_name": "label", "value": {"labels": ["bad"]}}]}]}]""", "*it has label of type labels (1 times)*")]
    [InlineData("""{"id": 1, "text": "x", "label": [[0, 5, "name"]]}""", "*element 1 has labels that mark parts of a text*")]
    [InlineData("""[{"id": "a", "responses": {"quality": [{"value": "bad"}]}}]""", "*element 1 answers quality, expected the question label*--control*")]
    [InlineData("""[{"id": "a", "responses": {"label": [{"value": [{"start": 0, "end": 5, "label": "name"}], "user_id": "u", "status": "submitted"}]}}]""", "*element 1 has labels that mark parts of a text*")]
    [InlineData("""[{"id": "a", "label": {"id": 0, "name": "cat"}}]""", "*element 1 has the label {*cat*}, expected the name of a class*")]
    [InlineData("""{"images": [], "annotations": [], "categories": []}""", "*COCO*")]
    [InlineData("""{"version": "2.0", "item": {"name": "a"}, "annotations": [{"name": "cat", "tag": {}}]}""", "*no label that is known (it has version, item, annotations)*")]
    [InlineData("""{"id": 1, "text": "x", "meta": {"row_id": "a"}, "annotations": [{"label": 2, "user": 1}]}""", "*no label that is known (it has id, text, meta, annotations)*")]
    [InlineData("""[{"id": "a", "label": "cat"} {"id": "b", "label": "cat"}]""", "*not JSON that can be read (element 2: unexpected '{'*expected ','*")]
    [InlineData("""[{"id": "a", "label": "cat"}, {"id": "b", """, "*not JSON that can be read (element 2: it ends at byte*cut short*")]
    [InlineData("""[{"id": "a", "label": "\ud800"}]""", "*not JSON that can be read*")]
    [InlineData("""<html><body>Sign in</body></html>""", "*XML without images*")]
    public void What_is_no_class_of_the_row_is_refused_by_name(string text, string message) =>
        FluentActions.Invoking(() => Read(text)).Should().Throw<DataException>().WithMessage(message).Which.Message.Should().NotContain("\n");

    [Fact]
    public void Another_control_s_choices_and_several_choices_are_no_label_and_the_latter_are_told()
    {
        var sheet = Read("""
            [{"data": {"row_id": "a"}, "annotations": [{"result": [{"type": "choices", "from_name": "quality", "value": {"choices": ["bad"]}}]}]},
             {"data": {"row_id": "b"}, "annotations": [{"result": [{"type": "choices", "from_name": "label", "value": {"choices": ["cat", "dog"]}}]}]},
             {"data": {"row_id": "c"}, "annotations": [{"result": [{"type": "rating", "from_name": "label", "value": {"rating": 3}}]}]}]
            """);

        sheet.Entries.Select(e => (e.Id, e.Label)).Should().Equal(("c", "3"));
        sheet.Unlabelled.Should().Be(2);
        sheet.Notes.Select(n => n.ToString()).Should().Equal("1 annotations choose several classes with label and are left out (task 2: cat, dog)");
        LabelSheet.Read(folder.File("a.json"), "quality").Entries.Select(e => (e.Id, e.Label)).Should().Equal(("a", "bad"));
    }

    [Fact]
    public void An_annotation_keeps_its_time_person_name_and_rank()
    {
        var entries = Read("""
            [{"data": {"row_id": "a", "text": "x y"}, "annotations": [
              {"id": 8, "completed_by": {"id": 3, "email": "Anna@example.org"}, "was_cancelled": true, "updated_at": "2026-10-05T11:00:00+02:00", "lead_time": 1e999, "result": []},
              {"id": 7, "completed_by": 4.0, "ground_truth": true, "created_at": "2026-10-05 08:00:00", "lead_time": "2.5", "result": [{"type": "choices", "from_name": "label", "value": {"choices": ["cat"]}}]}]}]
            """).Entries;

        entries.Should().BeEquivalentTo(
        [
            new LabelEntry("a", "cat", "4", 2.5) { Annotation = "7", Time = new(2026, 10, 5, 8, 0, 0, TimeSpan.Zero), IsGroundTruth = true, IsRowId = true, Shown = ShownText.Of("x y") },
            new LabelEntry("a", "", "anna@example.org", double.NaN) { AlsoAnnotator = "3", Annotation = "8", Time = new(2026, 10, 5, 9, 0, 0, TimeSpan.Zero), IsRowId = true, Shown = ShownText.Of("x y") },
        ], o => o.WithStrictOrdering());
    }

    [Fact]
    public void A_table_says_when_who_and_what_is_taken_back()
    {
        var entries = Read("row_id,label,completed_by,updated_at,ground_truth,withdrawn\na,cat,1.0,1760000000,yes,\nb,,2,1760000000000,,x\nc,\"{\"\"choices\"\": [\"\"cat\"\", \"\"dog\"\"]}\",2,,,\n").Entries;

        entries.Select(e => (e.Id, e.Label, e.Annotator, e.IsGroundTruth, e.IsWithdrawn)).Should().Equal(("a", "cat", "1", true, false), ("b", "", "2", false, true));
        entries[0].Time.Should().Be(DateTimeOffset.FromUnixTimeSeconds(1760000000)).And.Be(entries[1].Time);
    }

    [Fact]
    public void Pictures_in_an_export_of_any_encoding_take_no_memory()
    {
        var picture = new string('x', 2_000_000);
        File.WriteAllText(folder.File("a.json"), $$"""[{"id": "a", "image": "{{picture}}\"\\", "label": "cat"}, {"image": "é{{picture}}é", "id": "b", "label": "dog"}]""", Encoding.Unicode);

        LabelSheet.Read(folder.File("a.json")).Entries.Select(e => (e.Id, e.Label)).Should().Equal(("a", "cat"), ("b", "dog"));
    }

    [Fact]
    public void Broken_exports_are_refused_and_never_end_otherwise()
    {
        var texts = new[] { "[" + Task + "]", """{"data_row": {"global_key": "a"}, "projects": {"p": {"labels": [{"annotations": {"classifications": [{"name": "label", "radio_answer": {"name": "cat"}}]}}]}}}""", """{"text": "x", "id": "a", "accept": ["cat"], "answer": "accept"}""", "id,label,seconds\na,cat,1\n" };
        var random = new Random(7);
        foreach (var text in texts)
        {
            for (var mutant = 0; mutant < 500; mutant++)
            {
                var bytes = Encoding.UTF8.GetBytes(text);
                for (var change = random.Next(1, 4); change > 0; change--)
                {
                    bytes[random.Next(bytes.Length)] = random.Next(3) switch { 0 => (byte)random.Next(256), 1 => (byte)"{}[]\",:\\"[random.Next(8)], _ => bytes[random.Next(bytes.Length)] };
                }
                File.WriteAllBytes(folder.File("a.json"), bytes[..random.Next(bytes.Length / 2, bytes.Length + 1)]);
                try
                {
                    LabelSheet.Read(folder.File("a.json"));
                }
                catch (DataException e)
                {
                    e.Message.Should().NotContain("\n").And.NotContain("Exception");
                }
            }
        }
    }

    [Theory]
    [InlineData("a.csv.gz", "id,label\na,cat\n")]
    [InlineData("a.jsonl.gz", """{"id": "a", "label": "cat", "score": NaN}""")]
    [InlineData("a.xml.gz", """<annotations><image id="0" name="a"><tag label="cat"/></image></annotations>""")]
    public void What_is_gzipped_is_unpacked(string name, string text)
    {
        using (var packed = new GZipStream(File.Create(folder.File(name)), CompressionMode.Compress))
        {
            packed.Write(Encoding.UTF8.GetBytes(text));
        }

        LabelSheet.Read(folder.File(name)).Entries.Should().ContainSingle().Which.Should().Match<LabelEntry>(e => e.Id == "a" && e.Label == "cat");
        LabelFile.ReadIds([folder.File(name)]).Should().Equal("a");

        File.WriteAllBytes(folder.File(name), File.ReadAllBytes(folder.File(name))[..^12]);
        FluentActions.Invoking(() => LabelSheet.Read(folder.File(name))).Should().Throw<DataException>().WithMessage("*not a whole gzip file*");
        Directory.GetFileSystemEntries(Path.Combine(StoredFiles.Cache.Folder, "unpacked")).Should().BeEmpty();
    }

    [Fact]
    public void Numbers_that_JSON_has_none_for_are_none()
    {
        var sheet = Read("""[{"id": "a", "label": "cat", "weight": -Infinity}, {"id": "b", "label": NaN}, {"id": "c", "label": "NaN Infinity"}]""");

        sheet.Entries.Select(e => (e.Id, e.Label)).Should().Equal(("a", "cat"), ("c", "NaN Infinity"));
        sheet.Unlabelled.Should().Be(1);
        FluentActions.Invoking(() => Read("""[{"id": "a", "label": NaNs}]""")).Should().Throw<DataException>();
    }

    [Fact]
    public void Where_CVAT_s_tags_are_all_one_their_attribute_is_the_class()
    {
        static string Tags(params string[] attributes) => $"<annotations>{string.Concat(attributes.Index().Select(a => $"<image name=\"{a.Index}\"><tag label=\"animal\">\n {a.Item} </tag></image>"))}</annotations>";
        static string Of(string name, string value) => $"<attribute name=\"{name}\">{value}</attribute>";

        var sheet = Read(Tags(Of("species", "cat"), Of("species", "dog")));
        sheet.Entries.Select(e => e.Label).Should().Equal("cat", "dog");
        sheet.Notes.Should().ContainSingle().Which.ToString().Should().StartWith("2 tags are all 'animal' and labels are what their attribute species says");

        Read(Tags(Of("age", "old"), Of("age", "old"))).Entries.Select(e => e.Label).Should().Equal("animal", "animal");
        var two = Tags(Of("species", "cat") + Of("age", "old"), Of("species", "dog") + Of("age", "young"));
        FluentActions.Invoking(() => Read(two)).Should().Throw<DataException>().WithMessage("*differ in species (cat, dog) and age (old, young)*--control species or --control tag");
        FluentActions.Invoking(() => Read(Tags(Of("blurred", "true"), Of("blurred", "false")))).Should().Throw<DataException>().WithMessage("*--control blurred or --control tag");
        LabelSheet.Read(folder.File("a.json"), "tag").Entries.Select(e => e.Label).Should().Equal("animal", "animal");
        File.WriteAllText(folder.File("a.json"), two);
        LabelSheet.Read(folder.File("a.json"), "age").Entries.Select(e => e.Label).Should().Equal("old", "young");
    }

    [Fact]
    public void An_attribute_of_Datumaro_s_label_is_the_class_where_it_is_named()
    {
        File.WriteAllText(folder.File("a.json"), """{"categories": {"label": {"labels": [{"name": "animal"}]}}, "items": [{"id": "a", "annotations": [{"type": "label", "label_id": 0, "attributes": {"species": "cat"}}]}]}""");

        LabelSheet.Read(folder.File("a.json"), "species").Entries.Single().Label.Should().Be("cat");
        LabelSheet.Read(folder.File("a.json")).Entries.Single().Label.Should().Be("animal");
    }

    private LabelSheet Read(string text)
    {
        File.WriteAllText(folder.File("a.json"), text);
        return LabelSheet.Read(folder.File("a.json"));
    }
}
