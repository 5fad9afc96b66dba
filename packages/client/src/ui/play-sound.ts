/** Hertz: upwards for what went well, downwards for what did not. */
const notes = { good: [660, 880], bad: [440, 330] } as const
const noteSeconds = 0.12
const loudness = 0.06

/** Two short notes. Silent where the browser has no sound, or does not allow it before the person touched the page. */
export function playSound(mood: keyof typeof notes): void {
  if (typeof AudioContext === 'undefined') return
  const audio = new AudioContext()
  const gain = audio.createGain()
  gain.connect(audio.destination)
  gain.gain.value = loudness
  const last = notes[mood].map((hertz, index) => {
    const tone = audio.createOscillator()
    tone.frequency.value = hertz
    tone.connect(gain)
    tone.start(audio.currentTime + index * noteSeconds)
    tone.stop(audio.currentTime + (index + 1) * noteSeconds)
    return tone
  })
  last.at(-1)?.addEventListener('ended', () => void audio.close())
}
