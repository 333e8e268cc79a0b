using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using ParquetPool.Commands;
using ParquetPool.Errors;
using ParquetPool.Scorer.Cluster;
using ParquetPool.Scorer.Deliveries;
using ParquetPool.Scorer.JobFiles;
using ParquetPool.Scorer.Jobs;
using ParquetPool.Scorer.Status;

namespace ParquetPool.Scorer.Serving;

/// <summary>The flow of <c>scorer serve</c>: jobs file and state in; runs and their outputs out, until it is stopped.</summary>
internal static class ServeRun
{
    private static readonly TimeSpan StopsWithin = TimeSpan.FromSeconds(30);

    /// <exception cref="DataException">The jobs file has mistakes.</exception>
    /// <exception cref="IOException">The state folder cannot be used.</exception>
    public static async Task ExecuteAsync(ServeOptions options, CommandContext context)
    {
        var token = options.TokenFile is { } file ? AccessToken.Read(file) : null;
        if (token is null && !IPAddress.IsLoopback(options.Listen.Address))
        {
            throw new UsageException($"--listen {options.Listen} can be reached from other machines, expected --token-file too: write a long secret to a file and name it");
        }
        var jobs = JobsFile.Load(options.Jobs, context.Clock);
        foreach (var secret in jobs.Jobs.SelectMany(job => job.Deliver).OfType<WebhookTarget>().Select(hook => hook.SecretFile).Append(options.TokenFile).OfType<string>().Distinct().Where(Secret.IsOpen))
        {
            context.Log.SecretOpen(secret);
        }
        var process = new JobProcess(context.Clock, context.Log);
        if (options.Cluster is { } cluster)
        {
            await ClusterService.RunAsync(
                cluster, options.Parallel, options.CheckIn, jobs, process, (execution, leading) => HostAsync(options, jobs, token, execution, jobs.Jobs.Count, context, leading), context);
            return;
        }
        Task<JobExecution> Alone(StateFolder state) =>
            Task.FromResult<JobExecution>((run, arguments, report, stopping) => process.RunAsync(arguments, jobs.Folder, state.ProcessOf(run), state.LogOf(run), report, stopping));
        await HostAsync(options, jobs, token, Alone, options.Parallel, context, context.Stopping);
    }

    /// <summary>Schedules jobs and has the page until it is stopped.</summary>
    private static async Task HostAsync(
        ServeOptions options, JobList jobs, AccessToken? token, Func<StateFolder, Task<JobExecution>> execution, int parallel, CommandContext context, CancellationToken stopping)
    {
        using var state = StateFolder.Open(options.State);
        using var scheduler = new JobScheduler(jobs, state, await execution(state), context.Clock, context.Log, options.Poll, parallel);
        using var deliverer = new Deliverer(jobs, state, context.Clock, context.Log);
        using var metrics = new JobMetrics(jobs, scheduler, context.Clock);
        using var site = new StatusSite(jobs, state, scheduler, metrics.Provider, new SiteAccess(options.Listen, token), context.Clock, context.Log);

        var builder = WebApplication.CreateSlimBuilder();
        CommandHost.LogToStderr(builder);
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting", LogLevel.None); // What it says of a start that failed is said in one line.
        site.Configure(builder);
        builder.Services.Configure<HostOptions>(o => o.ShutdownTimeout = StopsWithin);
        builder.Services.AddHostedService(services => new JobService(scheduler, deliverer, services.GetRequiredService<IHostApplicationLifetime>(), context.Clock, context.Log));
        await using var app = builder.Build();
        site.Map(app);
        try
        {
            await app.StartAsync(stopping);
        }
        catch (IOException e)
        {
            throw new IOException($"--listen {options.Listen} cannot be had: {e.Message.TrimEnd('.')}; choose another", e);
        }
        context.Log.ServiceStarted(jobs.Jobs.Count, Path.GetFullPath(options.State), app.Urls.First());
        await app.WaitForShutdownAsync(stopping);
        await app.Services.GetServices<IHostedService>().OfType<JobService>().Single().ExecuteTask!; // What ended it early is told.
    }
}
