using CtrRuntime.Tests.Shared;

namespace CtrRuntime.Native.Tests;

/// <summary>Many threads in the library at once.</summary>
public sealed unsafe class ThreadTests
{
    private static readonly CtrLibrary Ctr = CtrLibrary.Best;

    [Fact]
    public void Many_threads_share_one_model()
    {
        var shape = new TestModels.Shape("ffm");
        byte[] bytes = TestModels.Bytes(shape);
        using NativeModel model = Ctr.Open(bytes);
        Batch batch = Batch.Random(3, shape, 5, rows: 500, longest: 20);
        float[] expected = model.Score(batch);
        InParallel(16, _ =>
        {
            var scores = new float[batch.Rows];
            for (int i = 0; i < 100; i++)
            {
                Array.Clear(scores);
                Assert.Equal(CtrStatus.Ok, model.Score(batch, scores));
                Assert.Equal(expected, scores);
            }
        });
    }

    [Fact]
    public void Threads_open_score_and_close_while_others_do()
    {
        byte[][] bytes = [.. Enumerable.Range(0, 4).Select(seed => TestModels.Bytes(new("fm") { Seed = seed }))];
        Batch batch = Batch.Random(3, new("fm"), 5, rows: 20, longest: 20);
        float[][] expected = [.. bytes.Select(b => Expected(b, batch))];
        InParallel(8, thread =>
        {
            for (int i = 0; i < 200; i++)
            {
                int which = (thread + i) % 4;
                nint closed;
                using (NativeModel model = Ctr.Open(bytes[which]))
                {
                    Assert.Equal(expected[which], model.Score(batch));
                    closed = model.Handle;
                }

                var rows = new NativeRows { StructSize = (uint)sizeof(NativeRows) };
                Assert.Equal(CtrStatus.InvalidHandle, Ctr.Score(closed, &rows, null, null));
            }
        });
    }

    private static float[] Expected(byte[] bytes, Batch batch)
    {
        using CtrModel model = CtrModel.Open(bytes);
        return batch.ScoreBy(model);
    }

    internal static void InParallel(int threads, Action<int> action)
    {
        using var start = new Barrier(threads);
        var failures = new System.Collections.Concurrent.ConcurrentQueue<Exception>();
        Thread[] running = [.. Enumerable.Range(0, threads).Select(thread => new Thread(() =>
        {
            try
            {
                start.SignalAndWait();
                action(thread);
            }
            catch (Exception e)
            {
                failures.Enqueue(e);
            }
        }))];
        foreach (Thread thread in running) thread.Start();
        foreach (Thread thread in running) thread.Join();
        Assert.Empty(failures);
    }
}
