using System.Runtime.CompilerServices;

namespace CtrRuntime.Input;

/// <summary>Spreads the bits of a key over all 64 (the finaliser of MurmurHash3, Appleby 2011), so that sequential ids do not cluster. A bijection.</summary>
internal static class KeyMix
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Of(ulong key)
    {
        unchecked
        {
            key = (key ^ (key >> 33)) * 0xFF51AFD7ED558CCD;
            key = (key ^ (key >> 33)) * 0xC4CEB9FE1A85EC53;
            return key ^ (key >> 33);
        }
    }
}
