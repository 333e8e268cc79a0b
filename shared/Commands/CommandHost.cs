using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Parsing;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using ParquetPool.Errors;
using ParquetPool.Outputs;
using ParquetPool.Shards;
using ParquetPool.Storage;

namespace ParquetPool.Commands;

/// <summary>Runs one command line inside a generic host: configuration, logging to stderr, Ctrl-C and SIGTERM, exit codes.</summary>
public static partial class CommandHost
{
    /// <summary>The option every command has.</summary>
    public static readonly Option<bool> Quiet = new("--quiet", "-q") { Description = "Show no progress and no words about the result, its line of JSON alone; errors still go to stderr.", Recursive = true };

    /// <summary>
    /// Set by a service for the commands it starts: they report <see cref="StageProgress"/>, and stop when their stdin ends, as it does when the service dies.
    /// </summary>
    public const string ServiceVariable = "PARQUETPOOL_SERVICE";

    /// <summary>The file of a line an argument that a service gives to a command, as <c>@…/task.arguments</c>, where shards are too many for a command line. No other <c>@file</c> is read.</summary>
    public const string TaskArguments = "task.arguments";

    /// <summary>The option of every command that writes where the user says.</summary>
    public static readonly Option<bool> Force = new("--force") { Description = "Replace files in the output that this program did not write." };

    /// <summary>Nothing but what is said counts: a value may begin with @, and no line of a file is shown.</summary>
    public static readonly ParserConfiguration Parsing = new() { ResponseFileTokenReplacer = null };

    private static bool IsServed => Environment.GetEnvironmentVariable(ServiceVariable) is not null;

    private static readonly Option<string?> Cache = new("--cache")
    {
        Description = "Where objects of s3:// and az:// lie while they are read, for this run and the next; by default what PARQUETPOOL_CACHE says, or else parquetpool in your cache folder.",
        HelpName = "DIR",
        Recursive = true,
    };

    private static readonly Option<int> CacheMegabytes = new("--cache-megabytes")
    {
        Description = "The most that lies there.",
        HelpName = "MB",
        DefaultValueFactory = _ => StoredFiles.DefaultCacheMegabytes,
        Recursive = true,
    };

    /// <summary>Gives <paramref name="command"/> its work.</summary>
    /// <param name="addressable">The options and arguments that may name an object store; others take paths only.</param>
    /// <returns>The same command.</returns>
    public static Command Runs(this Command command, Func<ParseResult, CommandContext, Task<int>> work, params IReadOnlyList<Symbol> addressable)
    {
        command.Validators.Add(given => GivenValues.Require(given, addressable));
        if (PathOptions.Writes(command) && command.Options.All(option => option.Name != Force.Name))
        {
            command.Options.Add(Force);
        }
        foreach (var option in command.Options)
        {
            OptionWords.OfferChoices(option);
        }
        command.SetAction((parse, stopping) => RunAsync(
            parse,
            async (_, context) =>
            {
                StoredFiles.UseCache(parse.GetValue(Cache) ?? StoredFiles.DefaultCache, parse.GetValue(CacheMegabytes), context.Clock);
                PathOptions.RequireStores(parse);
                PathOptions.RequireApart(parse);
                WrittenFiles.Force = command.Options.FirstOrDefault(option => option.Name == Force.Name) is Option<bool> force && parse.GetValue(force);
                RowOptions.Apply(parse);
                LeftOutFiles.TellTo(files => context.Log.LeftOut(files.Count == 1 ? files[0] : $"{files[0]} and {files.Count - 1} more"));
                Assumptions.TellTo(context.Log.Assumed);
                DerivedShards.Say(await PicturePoolOptions.DeriveAsync(parse, context));
                return await work(parse, context);
            },
            stopping));
        return command;
    }

    /// <summary>Parses <paramref name="args"/> and runs the command they name.</summary>
    /// <returns>The exit code; see <see cref="ExitCode"/>.</returns>
    public static async Task<int> InvokeAsync(RootCommand root, string[] args)
    {
        root.Options.Add(Quiet);
        root.Options.Add(Cache);
        root.Options.Add(CacheMegabytes);
        foreach (var help in root.Options.OfType<HelpOption>())
        {
            (help.Action, help.Description) = (new HelpPage(), "Show this page.");
        }
        string[] given;
        try
        {
            given = args is [['[', 's', ..] question, var line] ? [question, OptionWords.Completable(line)] : [.. args.SelectMany(Expanded)];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            await Console.Error.WriteLineAsync($"{root.Name}: {PlainLine.Of(e.Message)}");
            return ExitCode.Failure;
        }
        var parse = root.Parse(given, Parsing);
        if (parse.Errors.Count > 0)
        {
            await Console.Error.WriteLineAsync($"{root.Name}: {PlainLine.Of(CommandErrors.Of(parse))}: see {Path(parse.CommandResult)} --help{OtherProgram(parse)}");
            return ExitCode.Usage;
        }
        if (parse.Action is HelpPage)
        {
            ShortenCommands(parse.CommandResult.Command);
        }
        return await parse.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
    }

    /// <summary>One line for each message; <c>Logging__Console__FormatterName=json</c> in the environment makes it one of JSON.</summary>
    public static void LogToStderr(IHostApplicationBuilder builder)
    {
        builder.Configuration["Logging:Console:FormatterName"] ??= "simple";
        builder.Configuration["Logging:Console:FormatterOptions:SingleLine"] ??= "true";
        builder.Logging.ClearProviders().AddConsole(o => o.LogToStandardErrorThreshold = LogLevel.Trace);
        builder.Logging.AddFilter("Microsoft", LogLevel.Warning);
    }

    /// <summary>Leaves each command one sentence in the list of a program's commands; its own help has the rest.</summary>
    private static void ShortenCommands(Command group)
    {
        foreach (var command in group.Subcommands)
        {
            var text = (command.Description ?? "").ReplaceLineEndings(" ") + " ";
            command.Description = Sentence().Match(text) is { Success: true } sentence ? sentence.Value : text.TrimEnd();
        }
    }

    [GeneratedRegex("^.*?(?=[.:] )")]
    private static partial Regex Sentence();

    private static IReadOnlyList<string> Expanded(string argument) =>
        IsServed && argument.StartsWith('@') && System.IO.Path.GetFileName(argument) == TaskArguments ? File.ReadAllLines(argument[1..]) : [argument];

    /// <summary>What is no command of one program may be one of the other.</summary>
    private static string OtherProgram(ParseResult parse) =>
        parse.CommandResult.Parent is null && parse.UnmatchedTokens is [[not '-', ..], ..] && Environment.GetEnvironmentVariable(NextCommand.LauncherVariable) is null
            ? $", and {(parse.CommandResult.Command.Name == "trainer" ? "scorer" : "trainer")} --help for what that does" : "";

    private static string Path(CommandResult result) =>
        result.Parent is CommandResult parent ? $"{Path(parent)} {result.Command.Name}" : NextCommand.Program(result.Command.Name);

    private static async Task<int> RunAsync(ParseResult parse, Func<ParseResult, CommandContext, Task<int>> work, CancellationToken stopping)
    {
        if (OpenFiles.Fault() is { } fault)
        {
            return Fail(parse, ExitCode.Failure, fault);
        }
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { ContentRootPath = AppContext.BaseDirectory });
        LogToStderr(builder);
        builder.Services.Configure<ConsoleLifetimeOptions>(o => o.SuppressStatusMessages = true);
        builder.Services.AddSingleton(TimeProvider.System);
        using var host = builder.Build();
        await host.StartAsync(stopping);
        var log = host.Services.GetRequiredService<ILoggerFactory>().CreateLogger("ParquetPool");
        var clock = host.Services.GetRequiredService<TimeProvider>();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(
            stopping, host.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping);
        var served = IsServed;
        if (served)
        {
            StopWithInput(stop);
        }
        var mode = served ? ProgressMode.Records : parse.GetValue(Quiet) ? ProgressMode.Quiet : Console.IsErrorRedirected ? ProgressMode.Lines : ProgressMode.Bar;
        CommandContext.Begin(parse.CommandResult.Command.Name, parse.GetValue(Quiet));
        var context = new CommandContext(log, clock, new ProgressDisplay(mode, Console.Error, clock), stop.Token);
        using var overdue = parse.CommandResult.Command.Name == "serve" ? Overdue.Watch(served, ExitCode.Success, () => { }, stop.Token) : Overdue.Watch(served, ExitCode.Cancelled, () => Stopped(parse), stop.Token);
        var code = await GuardedAsync(parse, work, context);
        await host.StopAsync(CancellationToken.None);
        return code;
    }

    private static void StopWithInput(CancellationTokenSource stop)
    {
        var input = Console.OpenStandardInput();
        var watch = new Thread(() =>
        {
            while (input.ReadByte() >= 0)
            {
            }
            try
            {
                stop.Cancel();
            }
            catch (ObjectDisposedException)
            {
                // The command has ended already.
            }
        })
        {
            IsBackground = true,
        };
        watch.Start();
    }

    private static async Task<int> GuardedAsync(ParseResult parse, Func<ParseResult, CommandContext, Task<int>> work, CommandContext context)
    {
        try
        {
            return await work(parse, context);
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or UnauthorizedAccessException && context.Stopping.IsCancellationRequested)
        {
            // What is in the midst of being removed may fail in many ways.
            return Stopped(parse);
        }
        catch (Exception e)
        {
            return e switch
            {
                UsageException => Fail(parse, ExitCode.Usage, e.Message),
                DataException when DeviceFault.Behind(e) is { } fault =>
                    Fail(parse, ExitCode.Failure, $"{fault}: the disk or the way to it failed, what was to be read may be as it should: start the same command again"),
                DataException => Fail(parse, ExitCode.Data, e.Message),
                IOException or UnauthorizedAccessException => Fail(parse, ExitCode.Failure, e.Message),
                _ when e.GetBaseException() is OutOfMemoryException => Fail(parse, ExitCode.Failure, FormattableString.Invariant($"it needs more memory than the {GC.GetGCMemoryInfo().TotalAvailableMemoryBytes >> 20:N0} MB that this process may take: start the same command again where more may be taken, or with smaller shards or batches")),
                _ => Unexpected(parse, e, context),
            };
        }
    }

    private static int Unexpected(ParseResult parse, Exception e, CommandContext context)
    {
        context.Log.UnexpectedFailure(e);
        return Fail(parse, ExitCode.Failure, $"{e.GetType().Name}: {e.Message} (this is a bug: run again with Logging__LogLevel__Default=Debug and report the trace)");
    }

    private static int Stopped(ParseResult parse) => Fail(parse, ExitCode.Cancelled, "stopped: nothing half-written was left behind; start the same command again");

    private static int Fail(ParseResult parse, int code, string message)
    {
        Console.Error.WriteLine($"{Path(parse.CommandResult)}: {PlainLine.Of(message)}");
        return code;
    }
}
