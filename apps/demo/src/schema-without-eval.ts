import { z } from 'zod'

// Zod would probe whether it may compile code at run time; the server's content security policy forbids that, and says so in the console.
z.config({ jitless: true })
