import { useEffect, useState } from 'react'
import { useLocation, useNavigate } from 'react-router-dom'

/** Returns the token of a set-up or invite link, `#token=…`, and removes it from the visible address. */
export const useLinkToken = (): string => {
  const { hash, pathname } = useLocation()
  const navigate = useNavigate()
  const [token, setToken] = useState(() => tokenIn(hash))
  useEffect(() => {
    if (hash === '') return
    // A link opened in this same page changes only the fragment.
    if (tokenIn(hash)) setToken(tokenIn(hash))
    void navigate(pathname, { replace: true })
  }, [hash, pathname, navigate])
  return token
}

const tokenIn = (hash: string): string => new URLSearchParams(hash.slice(1)).get('token') ?? ''
