using System.Net;
using ParquetPool.Scorer.Status;

namespace ParquetPool.Scorer.Tests.Status;

public sealed class SignInsTests : IDisposable
{
    private const string Token = "a-secret-of-more-than-sixteen-characters";
    private static readonly CancellationToken Stopping = TestContext.Current.CancellationToken;
    private readonly TestFolder folder = new();
    private readonly HeldClock clock = new();
    private readonly HeardLog log = new();
    private readonly SignIns signIns;

    public SignInsTests()
    {
        File.WriteAllText(folder.File("token"), Token + "\n");
        signIns = new SignIns(AccessToken.Read(folder.File("token")), clock, log);
    }

    public void Dispose()
    {
        signIns.Dispose();
        folder.Dispose();
    }

    [Fact]
    public async Task AWrongTokenWaitsASecondAndSoDoesWhoComesBehindIt()
    {
        var wrong = Try("a guess of somebody");
        var right = Try(Token);

        (wrong.IsCompleted, right.IsCompleted).Should().Be((false, false));
        clock.Waits.Should().ContainSingle().Which.For.Should().Be(TimeSpan.FromSeconds(1));
        clock.Waits[0].End();

        (await wrong).Should().BeFalse();
        (await right).Should().BeTrue();
        clock.Waits.Should().ContainSingle("a right one waits for nothing but its turn");
        log.Lines.Should().Equal("Warning: somebody at 127.0.0.1 gave a wrong token", "Information: somebody at 127.0.0.1 signed in");
    }

    [Fact]
    public async Task OfManyAtATimeOneIsLookedAtAndEightWaitAtMost()
    {
        var tries = Enumerable.Range(0, 20).Select(i => Try($"guess {i}")).ToList();

        tries.Count(attempt => attempt.IsCompleted).Should().Be(12);
        foreach (var refused in tries.Where(attempt => attempt.IsCompleted))
        {
            (await refused).Should().BeNull();
        }
        log.Lines.Count(line => line == "Warning: somebody at 127.0.0.1 was turned away: too many try to sign in at a time").Should().Be(12);
        clock.Waits.Should().ContainSingle();
        for (var waited = 0; waited < 8; waited++)
        {
            await Waiting.UntilAsync(() => clock.Waits.Count > waited, progress: () => 0, () => "the next one is not looked at");
            clock.Waits[waited].End();
        }
        (await Task.WhenAll(tries)).Count(answer => answer == false).Should().Be(8);
        (await Try(Token)).Should().BeTrue("room is made again");
    }

    [Fact]
    public async Task ATokenThatComesWithEveryRequestIsNoNewsUnlessItIsWrong()
    {
        (await signIns.TryAsync(Token, IPAddress.Loopback, Stopping, isRepeated: true)).Should().BeTrue();
        log.Lines.Should().BeEmpty();

        var wrong = signIns.TryAsync("a guess of somebody", IPAddress.Loopback, Stopping, isRepeated: true);
        clock.Waits.Should().ContainSingle().Which.End();

        (await wrong).Should().BeFalse();
        log.Lines.Should().ContainSingle().Which.Should().NotContain("guess");
    }

    [Fact]
    public async Task WhoGoesAwayMakesRoom()
    {
        using var gone = CancellationTokenSource.CreateLinkedTokenSource(Stopping);
        var wrong = signIns.TryAsync("a guess of somebody", IPAddress.Loopback, gone.Token);

        await gone.CancelAsync();

        await FluentActions.Awaiting(() => wrong).Should().ThrowAsync<OperationCanceledException>();
        (await Try(Token)).Should().BeTrue();
    }

    private Task<bool?> Try(string given) => signIns.TryAsync(given, IPAddress.Loopback, Stopping);

    /// <summary>A clock on which no time passes: who waits does until the test ends it.</summary>
    private sealed class HeldClock : TimeProvider
    {
        private readonly List<(TimeSpan For, Action End)> waits = [];

        public IReadOnlyList<(TimeSpan For, Action End)> Waits
        {
            get
            {
                lock (waits)
                {
                    return [.. waits];
                }
            }
        }

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            lock (waits)
            {
                waits.Add((dueTime, () => callback(state)));
            }
            return new Timer(_ => { });
        }
    }
}
