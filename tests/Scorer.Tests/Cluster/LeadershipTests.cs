using Microsoft.Extensions.Logging.Abstractions;
using ParquetPool.Scorer.Cluster;
using ParquetPool.Scorer.Tests.Simulation;

namespace ParquetPool.Scorer.Tests.Cluster;

public sealed class LeadershipTests
{
    private static readonly TimeSpan CheckIn = TimeSpan.FromSeconds(5);

    [Theory]
    [InlineData(0)]
    [InlineData(4.9)]
    public void ALeaderWhoseDatabaseIsSilentIsToldToStopACheckInBeforeAnotherCanLead(double secondsOfFirstAnswer)
    {
        var world = new World(seed: 3, history: 0);
        var machine = new Machine(world, DateTimeOffset.UnixEpoch);
        var store = new SilentStore(world, machine, TimeSpan.FromSeconds(secondsOfFirstAnswer));
        TimeSpan? ended = null;
        async Task Lead(CancellationToken leading)
        {
            try
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, machine.Clock, leading);
            }
            finally
            {
                ended ??= world.Elapsed;
            }
        }
        machine.Start(() => new Leadership(store, "node", CheckIn, machine.Clock, NullLogger.Instance).RunAsync(Lead, CancellationToken.None));

        world.RunUntil(() => ended is not null, TimeSpan.FromMinutes(1)).Should().BeTrue();

        ended.Should().BeLessThanOrEqualTo(3 * CheckIn);
        (store.Until - ended).Should().BeGreaterThanOrEqualTo(CheckIn);
    }

    /// <summary>Gives the lead once, after a while, and then never answers.</summary>
    private sealed class SilentStore(World world, Machine machine, TimeSpan wait) : ClusterStore(null!)
    {
        /// <summary>When another may lead.</summary>
        public TimeSpan? Until { get; private set; }

        public override async Task<bool> LeadAsync(string node, TimeSpan span, CancellationToken stopping)
        {
            var isFirst = Until is null;
            Until ??= world.Elapsed + span;
            await Task.Delay(isFirst ? wait : Timeout.InfiniteTimeSpan, machine.Clock, stopping);
            return isFirst;
        }

        public override Task YieldAsync(string node, CancellationToken stopping) => Task.Delay(Timeout.InfiniteTimeSpan, machine.Clock, stopping);
    }
}
