using ParquetPool.Contract;
using ParquetPool.Scorer.Jobs;

namespace ParquetPool.Scorer.Status;

/// <summary>How accurate the rounds of a task are, from their manifests.</summary>
/// <param name="Rounds">Oldest first.</param>
internal sealed record RoundCurve(IReadOnlyList<ModelManifest> Rounds)
{
    private const int Width = 640;
    private const int Height = 216;
    private const int Left = 64;
    private const int Right = 16;
    private const int Top = 14;
    private const int Bottom = 46;
    private const int MostLabels = 12;

    /// <summary>The tasks that jobs watch or score by.</summary>
    public static IReadOnlyList<RoundCurve> Of(JobList jobs) =>
        [.. TaskFolder.Of(jobs).Select(task => new RoundCurve(task.Rounds())).Where(curve => curve.Rounds.Count > 0)];

    /// <summary>The curve as a picture and in words.</summary>
    public Html ToHtml()
    {
        var newest = Rounds[^1];
        return Html.Of($"""
            <figure>
              <figcaption><strong>{newest.Task}</strong>: {Sentence(newest)}</figcaption>
              {(Rounds.Count > 1 ? Chart() : default)}
            </figure>
            """);
    }

    /// <summary>What the newest round can do: an embedding has labelled nothing.</summary>
    private static Html Sentence(ModelManifest round) => IsEmbedding(round)
        ? Html.Of($"round {round.Round}, an embedding for audits, finds the altered copy of {Percent(round)} of {round.Training.HoldoutRows:N0} rows kept aside, after {round.Training.Rows:N0} rows without labels")
        : Html.Of($"round {round.Round} is right on {Percent(round)} of {round.Training.HoldoutRows:N0} held-out rows, after {round.Training.Rows:N0} labelled ones");

    private static bool IsEmbedding(ModelManifest round) => round.Outputs is [{ Name: Embedders.Embedder.Output }];

    private static string Percent(ModelManifest round) => FormattableString.Invariant($"{100 * Accuracy(round):F1} %");

    private Html Chart() => Html.Of($"""
        <svg viewBox="0 0 {Width} {Height}" role="img" aria-label="{(IsEmbedding(Rounds[^1]) ? "Copies found by" : "Held-out accuracy of")} each round of {Rounds[0].Task}">{Axes()}<polyline points="{string.Join(' ', Rounds.Select((r, i) => FormattableString.Invariant($"{X(i):F1},{Y(Accuracy(r)):F1}")))}"/>{Html.Each(Rounds.Index(), Point)}</svg>
        """);

    private static double Accuracy(ModelManifest round) => round.Training.HoldoutAccuracy;

    /// <summary>Between two lines, in percent.</summary>
    private int Step => Rounds.Max(Accuracy) - Rounds.Min(Accuracy) > 0.3 ? 10 : 5;

    private double Least => Math.Floor(100 * Rounds.Min(Accuracy) / Step) * Step / 100;

    private double Most => Math.Max(Math.Ceiling(100 * Rounds.Max(Accuracy) / Step) * Step / 100, Least + (Step / 100.0));

    private double X(int round) => Left + ((Width - Left - Right) * round / (Rounds.Count - 1.0));

    private double Y(double accuracy) => Height - Bottom - ((Height - Top - Bottom) * (accuracy - Least) / (Most - Least));

    private Html Axes()
    {
        var every = Math.Max(1, (Rounds.Count + MostLabels - 1) / MostLabels);
        return Html.Of($"""
            {Html.Each(Enumerable.Range(0, (int)Math.Round(100 * (Most - Least) / Step) + 1).Select(i => Least + (i * Step / 100.0)), level => Html.Of($"""<line class="axis" x1="{Left}" x2="{Width - Right}" y1="{Y(level):F1}" y2="{Y(level):F1}"/><text x="{Left - 8}" y="{Y(level) + 4:F1}" text-anchor="end">{level:P0}</text>"""))}
            {Html.Each(Rounds.Index().Where(r => r.Index % every == 0), r => Html.Of($"""<text x="{X(r.Index):F1}" y="{Height - Bottom + 18}" text-anchor="middle">{r.Item.Round}</text>"""))}
            <text x="{(Left + Width - Right) / 2}" y="{Height - 6}" text-anchor="middle">round</text>
            """);
    }

    private Html Point((int Index, ModelManifest Round) r) => Html.Of(
        $"""<circle cx="{X(r.Index):F1}" cy="{Y(Accuracy(r.Round)):F1}" r="4"><title>round {r.Round.Round}: {Percent(r.Round)}, {r.Round.Training.Rows:N0} {(IsEmbedding(r.Round) ? "rows" : "labelled rows")}</title></circle>""");
}
