using ParquetPool.Trainer.Embedding;
using ParquetPool.Trainer.Libtorch;
using ParquetPool.Trainer.Tests.Training;
using ParquetPool.Trainer.Torch;
using TorchSharp;

namespace ParquetPool.Trainer.Tests.Embedding;

public class DivisionTests
{
    private static readonly LabelRelations Relations = new(
        Blobs.Columns, [.. Enumerable.Range(0, 120).Select(row => ($"row-{row}", Blobs.Features(row), $"{Blobs.Label(row)}-{row % 2}"))], 0.2, 8);

    [Fact]
    public void Each_learner_learns_from_the_rows_of_its_cluster_alone()
    {
        using var division = new Division(Relations, 2, Blobs.Width, 16, seed: 1);
        division.Divide([.. Relations.Rows.SelectMany(row => row.Features)]);

        var seen = Enumerable.Range(0, 60).Select(_ => division.Next()).ToList();

        seen.Select(turn => turn.Learner).Distinct().Should().BeEquivalentTo([0, 1]);
        seen.Should().OnlyContain(turn => turn.Rows.Length > 1);
        Taught(seen).Should().OnlyHaveUniqueItems(of => of.Row, "a row teaches one learner");
    }

    [Fact]
    public void Rows_that_are_divided_alike_again_stay_with_their_learners()
    {
        using var division = new Division(Relations, 3, Blobs.Width, 16, seed: 1);
        float[] rows = [.. Relations.Rows.SelectMany(row => row.Features)];
        division.Divide(rows);
        var taught = Taught(Enumerable.Range(0, 60).Select(_ => division.Next()));

        // Other first centres may number the clusters otherwise.
        for (var again = 0; again < 3; again++)
        {
            division.Divide(rows);
            taught.UnionWith(Taught(Enumerable.Range(0, 60).Select(_ => division.Next())));
        }

        taught.Select(of => of.Learner).Distinct().Should().HaveCount(3);
        taught.Should().OnlyHaveUniqueItems(of => of.Row);
    }

    [Fact]
    public void Clusters_go_to_learners_so_that_most_rows_stay()
    {
        Division.Matched(null, [2, 0, 1], 3).Should().Equal(0, 1, 2);
        // Cluster 0 has two rows of learner 1 and one of 0; cluster 1 three of learner 1.
        Division.Matched([1, 1, 0, 1, 1, 1], [0, 0, 0, 1, 1, 1], 2).Should().Equal(0, 1);
        Division.Matched([1, 1, 0, 0], [0, 0, 1, 1], 2).Should().Equal(1, 0);
    }

    [Fact]
    public void A_learner_changes_its_own_units_alone()
    {
        TorchLibrary.Use();
        using var scope = torch.NewDisposeScope();
        using var division = new Division(Relations, 3, 7, 16, seed: 1);
        var units = new List<int>();
        float[] values = [.. Enumerable.Range(0, 14).Select(i => 1f + MathF.Sin(i * i))];
        foreach (var learner in Enumerable.Range(0, 3))
        {
            var embeddings = torch.tensor(values, 2, 7).requires_grad_();
            var slice = division.Slice(embeddings, learner);
            slice.Squared().sum(1).data<float>().ToArray().Should().OnlyContain(length => Math.Abs(length - 1) < 1e-5);
            slice.narrow(1, 0, 1).sum().backward();
            units.AddRange(embeddings.grad!.abs().data<float>().ToArray()[..7].Index().Where(of => of.Item > 0).Select(of => of.Index));
        }

        units.Should().Equal(Enumerable.Range(0, 7));
    }

    [Fact]
    public void Where_no_cluster_has_two_classes_all_learn_from_all_rows()
    {
        var relations = new LabelRelations(Blobs.Columns, [.. Enumerable.Range(0, 120).Select(row => ($"row-{row}", Blobs.Features(row), Blobs.Label(row)))], 0.2, 8);
        using var division = new Division(relations, 3, Blobs.Width, 16, seed: 1);

        division.Divide([.. relations.Rows.SelectMany(row => row.Features)]);

        var (_, rows) = division.Next();
        rows.Select(row => relations.Rows[row].Class).Distinct().Should().HaveCountGreaterThan(1);
    }

    private static HashSet<(int Row, int Learner)> Taught(IEnumerable<(int Learner, int[] Rows)> turns) => [.. turns.SelectMany(turn => turn.Rows.Select(row => (row, turn.Learner)))];
}
