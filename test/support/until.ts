/** Waits for a check to hold: asks again until it does not throw. @throws what it threw last, when the time is over */
export async function until(check: () => void | Promise<void>, timeout = 20_000): Promise<void> {
  const end = performance.now() + timeout;
  for (;;) {
    try {
      await check();
      return;
    } catch (error) {
      if (performance.now() > end) throw error;
    }
    await new Promise((done) => setTimeout(done, 50));
  }
}
