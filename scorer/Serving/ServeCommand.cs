using System.CommandLine;
using System.Net;
using ParquetPool.Commands;
using ParquetPool.Errors;
using ParquetPool.Scorer.Cluster;

namespace ParquetPool.Scorer.Serving;

/// <summary><c>scorer serve</c></summary>
internal static class ServeCommand
{
    private static readonly Option<string> Jobs = new("--jobs") { Description = "The jobs file; 'scorer jobs check' says what is wrong in it.", Required = true, HelpName = "FILE.json" };

    private static readonly Option<string> State = new("--state") { Description = "The folder in which the service keeps what it knows. One service has it at a time.", Required = true, HelpName = "DIR" };

    private static readonly Option<int> Parallel = new("--parallel") { Description = "Runs at the same time, of different jobs.", DefaultValueFactory = _ => 1, HelpName = "N" };

    private static readonly Option<int> Poll = new("--poll") { Description = "Seconds between two looks for new rounds and shards.", DefaultValueFactory = _ => 5, HelpName = "SECONDS" };

    private static readonly Option<string> Listen = new("--listen")
    {
        Description = "Where the status page is. An address that other machines reach needs --token-file.",
        DefaultValueFactory = _ => "127.0.0.1:8400",
        HelpName = "IP:PORT",
    };

    private static readonly Option<string?> TokenFile = new("--token-file") { Description = "A file whose first line, a long secret, opens the status page.", HelpName = "FILE" };

    private static readonly Option<int> CheckIn = new("--check-in")
    {
        Description = "In a cluster: seconds between two signs of life. The tasks of a node that is silent for twice as long go to others.",
        DefaultValueFactory = _ => 10,
        HelpName = "SECONDS",
    };

    public static Command Create() => new Command(
        "serve",
        """
        Runs jobs by themselves: at times, when a new round is published, when new shards arrive, or one after another.

        A job is one of score, select, audit, show and tasks with the options of the command line, and leaves the same files, in a folder of its own for every
        run; 'latest' in a job's folder is the newest that succeeded. Jobs run as processes of this program. A run that is stopped, by a
        shutdown, a crash or a loss of power, goes on where it was when the service starts again. A web page shows the jobs and starts them.

        With --cluster several services share the work: scores are cut into parts, every node takes some, and one node joins them. All are
        started with the same jobs file, state and data, in folders that all of them see under the same paths. --parallel is then the tasks
        that a node does at the same time. One node leads: it decides what runs when and has the page; when it is gone, another one leads.

        Examples:
          scorer serve --jobs jobs.json --state state
          scorer serve --jobs jobs.json --state state --listen 0.0.0.0:8400 --token-file token
          scorer serve --jobs jobs.json --state state --cluster cluster.conn
        """)
    {
        Options = { Jobs, State, Parallel, Poll, Listen, TokenFile, ClusterCommand.Address, CheckIn },
    }.Runs(async (parse, context) =>
    {
        var options = new ServeOptions(parse.GetRequiredValue(Jobs), parse.GetRequiredValue(State))
        {
            Parallel = AtLeastOne(parse, Parallel),
            Poll = TimeSpan.FromSeconds(AtLeastOne(parse, Poll)),
            Listen = IPEndPoint.TryParse(parse.GetRequiredValue(Listen), out var address)
                ? address
                : throw new UsageException($"--listen '{parse.GetRequiredValue(Listen)}' is no address, expected an IP address and a port such as 127.0.0.1:8400"),
            TokenFile = parse.GetValue(TokenFile),
            Cluster = ClusterCommand.AddressOf(parse, context),
            CheckIn = TimeSpan.FromSeconds(AtLeastOne(parse, CheckIn)),
        };
        await ServeRun.ExecuteAsync(options, context);
        return ExitCode.Success;
    });

    private static int AtLeastOne(ParseResult parse, Option<int> option)
    {
        OptionRange.AtLeast(1).Require(option.Name, parse.GetValue(option));
        return parse.GetValue(option);
    }
}
