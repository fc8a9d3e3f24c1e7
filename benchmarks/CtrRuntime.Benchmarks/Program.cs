using CtrRuntime;
using CtrRuntime.Benchmarks;

try
{
    MadeModel.Write(ModelRequest.Parse(args));
    return 0;
}
catch (Exception e) when (e is ArgumentException or CtrException)
{
    Console.Error.WriteLine($"CtrRuntime.Benchmarks: {e.Message}");
    return e is ArgumentException ? 2 : 1;
}
