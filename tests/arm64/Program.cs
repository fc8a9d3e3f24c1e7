using System.Reflection;
using Xunit.Sdk;

namespace CtrRuntime.Tests;

/// <summary>
/// Runs every test of this assembly, as xunit's runner does but without loading anything: facts, theories with their data, a fresh object for
/// each. Prints failures, and at the end "N passed, N failed, N skipped".
/// </summary>
internal static class Program
{
    private static int _passed, _failed, _skipped;

    private static int Main(string[] filters)
    {
        IEnumerable<(MethodInfo Test, object?[] Arguments)> cases =
            from type in Assembly.GetExecutingAssembly().GetTypes()
            where filters.Length == 0 || filters.Any(type.FullName!.Contains)
            from test in type.GetMethods()
            from arguments in Cases(test)
            select (test, arguments);
        Parallel.ForEach(cases.ToArray(), one => Run(one.Test, one.Arguments));
        Console.WriteLine($"{_passed} passed, {_failed} failed, {_skipped} skipped");
        return _failed == 0 ? 0 : 1;
    }

    private static IEnumerable<object?[]> Cases(MethodInfo test)
    {
        if (test.GetCustomAttribute<FactAttribute>() is not { } fact) return [];
        if (fact.Skip != null)
        {
            _skipped++;
            return [];
        }

        return fact is TheoryAttribute ? test.GetCustomAttributes<DataAttribute>().SelectMany(data => data.GetData(test)) : [[]];
    }

    private static void Run(MethodInfo test, object?[] arguments)
    {
        string name = $"{test.DeclaringType!.Name}.{test.Name}({string.Join(", ", arguments)})";
        try
        {
            object? instance = Activator.CreateInstance(test.DeclaringType);
            try
            {
                test.Invoke(instance, arguments);
            }
            finally
            {
                (instance as IDisposable)?.Dispose();
            }

            Interlocked.Increment(ref _passed);
        }
        catch (Exception e)
        {
            Console.WriteLine($"FAILED {name}\n{(e as TargetInvocationException)?.InnerException ?? e}");
            Interlocked.Increment(ref _failed);
        }
    }
}
