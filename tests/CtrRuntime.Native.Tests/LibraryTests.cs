using CtrRuntime.Kernels;

namespace CtrRuntime.Native.Tests;

/// <summary>Versions, texts of statuses, the last error, counters.</summary>
public sealed unsafe class LibraryTests
{
    private static readonly CtrLibrary Ctr = CtrLibrary.Best;

    public static TheoryData<KernelLevel> Levels => CtrLibrary.Levels;

    [Theory]
    [MemberData(nameof(Levels))]
    public void A_build_says_its_version_and_its_level(KernelLevel level)
    {
        CtrLibrary library = CtrLibrary.Of(level);
        string version = typeof(CtrModel).Assembly.GetName().Version!.ToString(3);
        Assert.Equal($"{version}+{KernelLevels.Name(level)}", CtrLibrary.Text(library.Version()));
        Assert.Equal(1u, library.AbiVersion());
    }

    [Fact]
    public void Every_status_has_a_text_of_its_own()
    {
        string unknown = CtrLibrary.Text(Ctr.StatusText((CtrStatus)(-9999)));
        string[] texts = [.. Enum.GetValues<CtrStatus>().Select(status => CtrLibrary.Text(Ctr.StatusText(status)))];
        Assert.DoesNotContain(unknown, texts);
        Assert.DoesNotContain("", texts);
        Assert.Equal(texts.Length, texts.Distinct().Count());
        Assert.Equal(unknown, CtrLibrary.Text(Ctr.StatusText((CtrStatus)7)));
    }

    [Fact]
    public void The_last_error_is_the_one_of_the_thread_and_survives_success()
    {
        OnNewThread(() =>
        {
            Assert.Equal("", Ctr.Error());
            Assert.Equal(CtrStatus.Io, Ctr.Open("/nonexistent/first", default, out _));
            Assert.Equal(CtrStatus.Io, Ctr.Open("/nonexistent/model.ctr", default, out _));
            OnNewThread(() => Assert.Equal("", Ctr.Error()));
            Assert.Equal(CtrStatus.Ok, Ctr.ModelClose(0));
            Assert.Equal("/nonexistent/model.ctr: No such file or directory", Ctr.Error());
        });
    }

    [Fact]
    public void The_last_error_is_cut_between_characters()
    {
        OnNewThread(() =>
        {
            Assert.Equal(CtrStatus.Io, Ctr.Open("/nonexistent/é€", default, out _));
            string whole = Ctr.Error();
            Assert.StartsWith("/nonexistent/é€", whole);
            int bytes = CtrLibrary.Text(whole).Length;
            for (int size = 1; size <= bytes + 2; size++)
            {
                var buffer = new byte[size + 1];
                Array.Fill(buffer, (byte)0xAA);
                nuint needed = 0;
                CtrStatus status;
                fixed (byte* at = buffer) status = Ctr.LastError(at, (nuint)size, &needed);
                Assert.Equal(size < bytes ? CtrStatus.BufferTooSmall : CtrStatus.Ok, status);
                Assert.Equal((nuint)bytes, needed);
                Assert.Equal(0xAA, buffer[size]);
                int end = Array.IndexOf(buffer, (byte)0);
                Assert.InRange(end, Math.Min(size, bytes) - 3, size - 1);
                // Strict decoding: half a character would throw.
                string text = new System.Text.UTF8Encoding(false, true).GetString(buffer, 0, end);
                Assert.StartsWith(text, whole);
            }
        });
    }

    [Fact]
    public void The_last_error_takes_no_null_with_a_size()
    {
        nuint needed = 77;
        Assert.Equal(CtrStatus.InvalidArgument, Ctr.LastError(null, 5, &needed));
        Assert.Equal(77u, needed);
        Assert.Equal(CtrStatus.BufferTooSmall, Ctr.LastError(null, 0, null));
    }

    [Fact]
    public void Counters_count_what_the_thread_allocates()
    {
        OnNewThread(() =>
        {
            NativeCounters before = Counters(), again = Counters();
            Assert.Equal(before.AllocatedBytes, again.AllocatedBytes);
            Assert.Equal(CtrStatus.Io, Ctr.Open("/nonexistent", default, out _));
            Assert.True(Counters().AllocatedBytes > again.AllocatedBytes);
        });
        Assert.Equal(CtrStatus.InvalidArgument, Ctr.RuntimeCounters(null));
    }

    internal static NativeCounters Counters(CtrLibrary? library = null)
    {
        var counters = new NativeCounters { StructSize = (uint)sizeof(NativeCounters), Reserved = 5 };
        Assert.Equal(CtrStatus.Ok, (library ?? Ctr).RuntimeCounters(&counters));
        Assert.Equal(0u, counters.Reserved);
        Assert.Equal((uint)sizeof(NativeCounters), counters.StructSize);
        return counters;
    }

    /// <summary>Runs on a thread of its own, and brings back what it throws.</summary>
    internal static void OnNewThread(Action action)
    {
        Exception? thrown = null;
        var thread = new Thread(() =>
        {
            try
            {
                action();
            }
            catch (Exception e)
            {
                thrown = e;
            }
        });
        thread.Start();
        thread.Join();
        if (thrown != null) throw new InvalidOperationException("on another thread: " + thrown.Message, thrown);
    }
}
