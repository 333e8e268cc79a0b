using ParquetPool.Engine;
using ParquetPool.Trainer.Embedding;
using ParquetPool.Trainer.TrainingSets;

namespace ParquetPool.Trainer.Tests.Embedding;

public sealed class MetricScoreTests
{
    /// <summary>Angles of rows around a circle, and the groups they are of.</summary>
    private sealed class Circle(double[] degrees, int[] groups, Dictionary<int, int[]> apart) : IRelations
    {
        public IReadOnlyList<VectorColumn> Columns => [];

        public IReadOnlyList<LabelledRow> Rows { get; } = [.. groups.Select((g, i) => new LabelledRow($"{i}", [], g))];

        public IReadOnlyList<string> Classes => [];

        public IReadOnlyList<int> Learnt => [];

        public IReadOnlyList<int> Queries { get; } = [.. Enumerable.Range(0, groups.Length)];

        public IReadOnlyList<int> Sought => Queries;

        public bool AreRelated(int one, int other) => groups[one] == groups[other];

        public IReadOnlyCollection<int> SaidApart(int query) => apart.GetValueOrDefault(query) ?? [];

        public IEnumerable<int[]> Batches(int rows, ulong seed, IReadOnlySet<int>? among = null) => [];

        public float[] Embeddings() => [.. degrees.SelectMany(d => (float[])[(float)Math.Cos(d * Math.PI / 180), (float)Math.Sin(d * Math.PI / 180)])];
    }

    [Fact]
    public void Measures_are_those_counted_by_hand()
    {
        // A 0, A 10, B 15, B 50, A 60, C 140.
        var circle = new Circle([0, 10, 15, 50, 60, 140], [0, 0, 1, 1, 0, 2], []);

        var score = MetricScore.Of(circle.Embeddings(), 2, circle);

        // Row 0: 10 first. Row 1: 15 (B) first, 0 second. Row 2: 10 (A) first, 0, then 50 (B): third. Row 3: 60 (A), 15 second. Row 4: 50 (B), 15 (B), 10 (A): third. Row 5 has nobody.
        score.Recall1.Should().BeApproximately(1 / 5.0, 1e-12);
        score.Precision1.Should().BeApproximately(1 / 6.0, 1e-12);
        score.Mrr.Should().BeApproximately((1 + 0.5 + (1 / 3.0) + 0.5 + (1 / 3.0)) / 5, 1e-12);
        // (belongs, does not) in order: row 0: 10 before 15, 50, 140, and 60 before 140: 4 of 6; row 1: 0 before 50, 140, and 60 before 140: 3 of 6;
        // row 2: 50 before 60, 140 of 0, 10, 60, 140: 2 of 4; row 3: 15 before 10, 0, 140 but not 60: 3 of 4; row 4: 10 before 140, and 0 too: 2 of 6.
        score.TripletAccuracy.Should().BeApproximately(((4 / 6.0) + (3 / 6.0) + (2 / 4.0) + (3 / 4.0) + (2 / 6.0)) / 5, 1e-12);
    }

    [Fact]
    public void Rows_that_were_said_not_to_belong_are_the_only_ones_of_a_triplet()
    {
        var circle = new Circle([0, 10, 15, 50], [0, 0, 1, 1], new() { [0] = [2], [1] = [3], [2] = [0, 1], [3] = [0] });
        // Row 0: 10 before 15; row 1: 0 before 50; row 2: 50 before neither 0 nor 10; row 3: 15 before 0.
        MetricScore.Of(circle.Embeddings(), 2, circle).TripletAccuracy.Should().BeApproximately((1 + 1 + 0 + 1) / 4.0, 1e-12);
    }

    [Fact]
    public void Equal_cosines_are_no_success()
    {
        var circle = new Circle([0, 20, 20], [0, 0, 1], []);
        var score = MetricScore.Of(circle.Embeddings(), 2, circle);
        (score.Recall1, score.Mrr).Should().Be((0, 0.5));
    }
}
