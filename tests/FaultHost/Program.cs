using System.Reflection;
using System.Runtime.InteropServices;
using System.Text.Json;
using ParquetPool.FaultHost;

NativeLibrary.SetDllImportResolver(typeof(Faults).Assembly, (_, _, _) => NativeLibrary.GetMainProgramHandle()); // It was loaded before all others.

// Runs the commands that stdin names, a line of JSON each, one after another in this process, and answers each with a line.
var answers = Console.Out;
while (Console.In.ReadLine() is { } line)
{
    var request = JsonSerializer.Deserialize<Request>(line)!;
    using var output = new StringWriter();
    using var error = new StringWriter();
    Console.SetOut(output);
    Console.SetError(error);
    Faults.Arm(request.Below, request.At, request.Kind);
    int code;
    try
    {
        code = request.Program == LabelHistories.Name ? LabelHistories.Play(request.Arguments) : (int)Assembly.Load(request.Program).EntryPoint!.Invoke(null, [request.Arguments])!;
    }
    finally
    {
        GC.Collect(); // What was left open ends with its own run.
        GC.WaitForPendingFinalizers();
    }
    answers.WriteLine(JsonSerializer.Serialize(new Answer(code, Faults.Disarm(), output.ToString(), error.ToString())));
}
return 0;
